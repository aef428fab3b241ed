# Two images from one recipe: `docker build --target api .` and `docker build --target worker .`
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE} AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/hiring \
    && /opt/hiring/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes -r /tmp/requirements.lock

# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE} AS service
RUN groupadd --gid 10001 hiring \
    && useradd --uid 10001 --gid hiring --no-create-home --shell /usr/sbin/nologin hiring \
    && install -d -o hiring -g hiring -m 0700 /data /data/files /data/keys /data/mail
COPY --from=packages /opt/hiring /opt/hiring
WORKDIR /srv/hiring
COPY conf/*.yaml conf/
COPY migrations/ migrations/
COPY sql/ sql/
COPY hiring/ hiring/
ENV PATH=/opt/hiring/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/srv/hiring \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
RUN python -m compileall -q hiring
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "hiring"]

FROM service AS worker
CMD ["worker"]

FROM service AS api
EXPOSE 8080
CMD ["api"]
