# Two images from one recipe: `docker build --target api .` and `docker build --target worker .`
# For amd64 and arm64: the lock file has the hashes of both. A digest in PYTHON_IMAGE pins the base (`make pin-images`).
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# pip works from an environment of its own: neither it nor compiled files are part of the image.
# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE} AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /tmp/installer \
    && python -m venv --without-pip /opt/hiring \
    && /tmp/installer/bin/pip --python /opt/hiring/bin/python install --no-cache-dir --no-compile \
       --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

# Everybody may read the code, whatever the umask of the checkout was.
# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE} AS code
WORKDIR /srv/hiring
COPY conf/*.yaml conf/
COPY docs/CHANGELOG.md docs/reports.md docs/
COPY docs/guide/ docs/guide/
COPY migrations/ migrations/
COPY sql/ sql/
COPY hiring/ hiring/
COPY tools/sqlproof/sqlproof/ sqlproof/
RUN chmod -R u=rwX,go=rX .

# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE} AS service
RUN groupadd --gid 10001 hiring \
    && useradd --uid 10001 --gid hiring --no-create-home --shell /usr/sbin/nologin hiring \
    && install -d -o hiring -g hiring -m 0700 /data /data/files /data/keys
COPY --from=packages /opt/hiring /opt/hiring
COPY --from=code /srv/hiring /srv/hiring
WORKDIR /srv/hiring
# Modules are compiled once in a container's life, into memory where /tmp is a tmpfs.
ENV PATH=/opt/hiring/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/srv/hiring \
    PYTHONUNBUFFERED=1 \
    PYTHONPYCACHEPREFIX=/tmp/pycache
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "hiring"]
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.vendor="Hiring API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM service AS worker
LABEL org.opencontainers.image.title="hiring-worker" \
      org.opencontainers.image.description="The worker of the Hiring API: relays events, consumes them, sends mails; and every command."
CMD ["worker"]

FROM service AS api
LABEL org.opencontainers.image.title="hiring-api" \
      org.opencontainers.image.description="The HTTP API of the Hiring API, a headless applicant tracking system."
EXPOSE 8080
CMD ["api"]
