# The Hiring API: every daily task. `make` alone prints them.
#
# INFRA=docker|native   where the servers run (default: docker where an engine and the images are there, else native)
# ANALYTICS=0           without ClickHouse, for this run
# YES=1                 destructive targets do not ask            KEEP=1   `make test` leaves its stack running
# ARGS='…'              more words for pytest, sql-explain        NAME=…   of a new migration or noun, a statement
# SIZE=1000000          applications of the largest employer in the benchmark database, DATABASE=… its name
# MILLISECONDS=1        judge the time of statements, too
# UPGRADE=1             `make lock` takes the newest releases

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

# Asked once, and only by a target that needs it.
INFRA ?= $(eval INFRA := $$(shell conf/docker/choose.sh $(if $(filter up up-build test test-long infra-up,$(MAKECMDGOALS)),,2>/dev/null)))$(INFRA)
stack = $(if $(filter docker native,$(INFRA)),,$(error INFRA is docker or native, not $(INFRA)))conf/$(INFRA)/stack.sh
test_stack = PROFILE=test $(stack)
docker_build = conf/docker/stack.sh $(if $(PLATFORMS),build-for '$(PLATFORMS)',build)
python := .venv/bin

# Hashes of all files of a release, so of its wheels for every processor; no download addresses.
lock_options = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --annotation-style line \
	--custom-compile-command 'make lock' $(if $(filter 1,$(UPGRADE)),--upgrade)

# $(call confirm,What will be lost.)
confirm = [ "$(YES)" = 1 ] || { read -r -p '$(1) Type yes to go on: ' answer && [ "$$answer" = yes ]; } || \
	{ echo 'nothing was done'; exit 1; }

##@ Start here

.PHONY: up
up: ## everything, also on a bare machine: install, servers, schema, demo data, API, worker; prints where it is
	@$(stack) install
	@$(stack) up
	@$(stack) hiring migrate migrate roles
	@$(stack) hiring migrate migrate up
	@$(stack) hiring migrate analytics migrate up
	@$(stack) application-up
	@$(stack) demo
	@$(stack) welcome

.PHONY: test test-long
test: ## what a change usually breaks, on servers of its own (KEEP=1 leaves them running; ARGS='tests/api -k hire' chooses)
	@$(test_stack) install
	@conf/native/virtual_environment.sh .venv-clickhouse --clickhouse
	@conf/native/client_tools.sh
	@KEEP='$(KEEP)' conf/stack/test.sh $(stack) $(ARGS)

test-long: ## the other tests: faults, races, installations, volumes, migrations, generated clients and requests
	@TESTS=long $(MAKE) test

.PHONY: test-strength
test-strength: ## what the tests miss: small slips are put into the code, a layer at a time (ARGS='--layer domain --count 40')
	@$(test_stack) install
	@KEEP='$(KEEP)' TEST_PROGRAM=tests.strength conf/stack/test.sh $(stack) $(ARGS)

.PHONY: check
check: ## format, lint, types, import rules, SQL rules, safe migrations, API compatibility and description, Dockerfile, style limits
	@conf/native/virtual_environment.sh .venv --development
	@conf/native/virtual_environment.sh .venv-clickhouse --clickhouse
	@conf/native/client_tools.sh
	@$(python)/ruff format --check .
	@$(python)/ruff check .
	@$(python)/mypy
	@$(python)/lint-imports
	@$(python)/sqlproof check
	@$(python)/squawk --config migrations/squawk.toml migrations/[0-9]*.sql
	@$(python)/hiring openapi --check
	@conf/stack/lint_document.sh
	@$(python)/hadolint Dockerfile
	@$(python)/pytest -q tests/architecture
	@$(MAKE) --no-print-directory check-speed

.PHONY: check-speed
check-speed: ## fails when a list or a command takes more processor time, as a part of a peer's in the same run, than it did
	@[ $(INFRA) = native ] || { echo 'check-speed: left out, because it needs native servers (INFRA=native)'; exit 0; }; \
	$(test_stack) install && conf/native/benchmark_tools.sh && TEST_PROGRAM=benchmarks.guard conf/stack/test.sh $(stack)

.PHONY: lock
lock: ## write the lock files from pyproject.toml and of tests/clients and benchmarks/peers; what is pinned stays, UPGRADE=1 lifts everything
	@$(python)/uv pip compile $(lock_options) --extra analytics --extra dev --output-file requirements-dev.lock pyproject.toml
	@$(python)/uv pip compile $(lock_options) --extra analytics --constraints requirements-dev.lock --output-file requirements.lock \
		pyproject.toml
	@$(python)/uv pip compile $(lock_options) --no-deps --output-file conf/clickhouse/requirements.lock conf/clickhouse/requirements.in
	@conf/native/client_tools.sh lock $(lock_options)
	@conf/native/benchmark_tools.sh lock $(lock_options)

.PHONY: stubs openapi
stubs: ## write hiring/statements.pyi, by which mypy knows what every SQL statement takes and gives
	@conf/native/virtual_environment.sh .venv-clickhouse --clickhouse
	@$(python)/sqlproof stubs

openapi: ## write docs/openapi.json, which `make check` compares with the code: a change that breaks clients fails
	@text=$$($(python)/hiring openapi) && printf '%s\n' "$$text" > docs/openapi.json

.PHONY: examples
examples: ## write the examples of /openapi.json anew, as the story in tests/story sends and gets them; then `make openapi`
	@HIRING_WRITE_EXAMPLES=1 $(MAKE) test ARGS='-q tests/story'

.PHONY: matrix
matrix: ## write anew who is answered what by each operation: tests/api/permission_matrix.tsv, which a test compares
	@HIRING_WRITE_MATRIX=1 $(MAKE) test ARGS='-q tests/api/test_permission_matrix.py'

.PHONY: sql-plans
sql-plans: ## write sql/plans, which `make check` compares: what a statement, index or migration changes in plans
	@$(python)/sqlproof plans

.PHONY: sql-catalog
sql-catalog: ## every statement and table with all that is known of it, on one page; FILE=page.html or for /docs/sql
	@conf/native/virtual_environment.sh .venv --development
	@conf/native/virtual_environment.sh .venv-clickhouse --clickhouse
	@$(stack) sql-catalog '$(abspath $(FILE))'

##@ Settings

.PHONY: check-env env env-infra config
check-env: ## whether .envs/infra/.env is complete and private
	@$(stack) check-environment

env: ## write the service's environment files from .envs/infra/.env
	@$(stack) environment application

env-infra: ## write the servers' environment files from .envs/infra/.env
	@$(stack) environment infrastructure

config: ## the settings in force, secrets masked, and where each comes from
	@$(stack) hiring cli config show

##@ Servers and processes

.PHONY: infra-up infra-down run run-api run-worker up-build restart down down-v build clean
infra-up: ## start PostgreSQL primary and replica, two Redis, RabbitMQ and ClickHouse; what runs is left alone
	@$(stack) packages
	@$(stack) up

infra-down: down ## stop the servers, and what uses them

run: ## API and worker in this terminal, until Ctrl-C
	@$(stack) foreground api worker

run-api: ## the API in this terminal, until Ctrl-C
	@$(stack) foreground api

run-worker: ## the worker in this terminal, until Ctrl-C
	@$(stack) foreground worker

build: ## the Python environment afresh from the lock file; with Docker the images
	@$(stack) build

up-build: build ## build, then up with what was built
	@$(stack) application-down
	@$(MAKE) up

restart: ## API, worker and mail catcher, with the code as it is now; natively the API loses no request
	@$(stack) application-restart

down: ## stop everything and prove that nothing is left; data stays
	@$(stack) down

down-v: ## stop everything and delete its data (asks)
	@$(call confirm,This deletes the databases, queues, files and keys of this stack.)
	@$(stack) down
	@$(stack) erase

clean: ## delete caches, build products and the tests' stack (asks)
	@$(call confirm,This deletes caches, build products and the data of the tests.)
	@for name in '' second; do TEST_STACK=$$name $(test_stack) down; TEST_STACK=$$name $(test_stack) erase; done
	@rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

##@ Images

.PHONY: docker-build docker-build-api docker-build-worker pin-images
docker-build: ## both images from PYTHON_IMAGE; PLATFORMS=linux/amd64,linux/arm64 makes files in dist/ for both
	@$(docker_build) api worker

docker-build-api: ## the image hiring-api
	@$(docker_build) api

docker-build-worker: ## the image hiring-worker
	@$(docker_build) worker

pin-images: ## pull the images that .envs/infra/.env names and write their digests into it
	@conf/docker/stack.sh pin-images

##@ Looking

.PHONY: status logs logs-db logs-app logs-api logs-worker audit
status: ## what runs, where
	@$(stack) status

audit: ## one page: environment, services, replication, events, queues; fails when something is bad
	@$(stack) audit

logs: ## follow all logs
	@$(stack) logs

logs-db: ## follow the logs of primary and replica
	@$(stack) logs postgres-primary postgres-replica

logs-app: ## follow the logs of API and worker
	@$(stack) logs api worker

logs-api: ## follow the API's log
	@$(stack) logs api

logs-worker: ## follow the worker's log
	@$(stack) logs worker

##@ Schema

.PHONY: migrate-plan migrate-up migrate-down migrate-status migrate-create schema noun
migrate-plan: ## which locks migrate-up would take, on which tables of which size, and who would wait; changes nothing
	@$(stack) hiring migrate migrate plan

migrate-up: ## create the roles and apply every migration that is missing, also in ClickHouse
	@$(stack) hiring migrate migrate roles
	@$(stack) hiring migrate migrate up
	@$(stack) hiring migrate analytics migrate up

migrate-down: ## undo the last migration (asks)
	@$(call confirm,This undoes the last migration, with the data of what it made.)
	@$(stack) hiring migrate migrate down --yes

migrate-status: ## which migrations are applied, also in ClickHouse
	@$(stack) hiring migrate migrate status
	@$(stack) hiring migrate analytics migrate status

migrate-create: ## a new migration and its way back: make migrate-create NAME=add_offers
	@[ -n "$(NAME)" ] || { echo 'make migrate-create NAME=verb_object'; exit 1; }
	@$(python)/hiring migrate create '$(NAME)'

schema: ## write docs/schema.sql, the schema that all migrations make, which tests compare with them
	@text=$$($(python)/sqlproof scratch hiring migrate schema) && printf '%s\n' "$$text" > docs/schema.sql

noun: ## the files of a new vocabulary, from its table to its tests: make noun NAME=interview_kinds
	@[ -n "$(NAME)" ] || { echo 'make noun NAME=interview_kinds'; exit 1; }
	@conf/native/virtual_environment.sh .venv --development
	@$(python)/python tools/noun/make_noun.py '$(NAME)'

##@ What statements and requests cost

native_benchmark = [ -e .run/env ] || { echo '$@: needs the native servers: INFRA=native make up'; exit 1; }; \
	conf/native/benchmark_tools.sh && . .run/env &&

.PHONY: sql-explain benchmark-database benchmark-sql benchmark-changes benchmark-freshness benchmark-flatness benchmark-reports benchmark-outage benchmark-soak bench
sql-explain: ## where a statement's time goes: make sql-explain NAME=applications.list_by_stage (ARGS=--compare: and its plan)
	@[ -n "$(NAME)" ] || { echo 'make sql-explain NAME=applications.list_by_stage'; exit 1; }
	@$(stack) hiring cli sql explain '$(NAME)' $(ARGS)

benchmark-database: ## a database beside the service's own; its largest employer has SIZE applications (1000000)
	@$(stack) benchmark migrate volume --applications $(or $(SIZE),1000000) $(if $(DATABASE),--database '$(DATABASE)') \
		$(if $(filter 1,$(YES)),--yes)

benchmark-sql: ## measure in it every statement that states a budget; a breach of rows or buffers fails
	@$(stack) benchmark migrate budgets $(if $(filter 1,$(MILLISECONDS)),--milliseconds)

benchmark-changes: ## a client that follows a list of changes while twelve write misses nothing (ARGS='--runs 3'; --unbounded is the control)
	@$(stack) benchmark cli changes_since $(ARGS)

benchmark-freshness: ## reads with a token see their write while replicas lag, others miss it (ARGS='--pairs 6667')
	@$(native_benchmark) $(python)/python -m benchmarks.freshness $(ARGS)

benchmark-flatness: ## first and far pages in all databases of benchmark-database, which have names of their own (DATABASE=…)
	@$(native_benchmark) $(python)/python -m benchmarks.flatness $(ARGS)

benchmark-reports: ## every report of an organization with SIZE stage changes (10000000), and how fast events become facts
	@$(stack) benchmark migrate reports --size $(or $(SIZE),10000000) $(ARGS)

benchmark-outage: ## commands while ClickHouse is down, beside commands while it is up (ARGS='--rounds 5')
	@$(native_benchmark) $(python)/python -m benchmarks.outage measure $(ARGS)

benchmark-soak: ## every work of bench at once for half an hour: no wrong answer, no growing memory (ARGS='--minutes 6')
	@$(native_benchmark) $(python)/python -m benchmarks.soak $(ARGS)

bench: ## our service beside its peers on the database of benchmark-database, in alternating rounds (ARGS='--works list')
	@$(native_benchmark) $(python)/python -m benchmarks.bench $(ARGS)

##@ PostgreSQL, Redis and ClickHouse

.PHONY: pg-primary pg-replica pg-write pg-read redis-cli clickhouse
pg-primary: ## psql on the primary, as superuser
	@$(stack) console primary postgres

pg-replica: ## psql on the replica, as superuser
	@$(stack) console replica postgres

pg-write: ## psql on the primary, as the role of the commands
	@$(stack) console primary hiring_command

pg-read: ## psql on the replica, as the role of the queries
	@$(stack) console replica hiring_query

redis-cli: ## redis-cli on the sessions; INSTANCE=cache for the other
	@$(stack) redis $(or $(INSTANCE),sessions)

clickhouse: ## a prompt of ClickHouse, as the service's user; SQL='SELECT 1' asks one thing
	@$(stack) clickhouse $${SQL:+"$$SQL"}

.PHONY: pg-replication-status pg-replication-lag pg-test-replication
pg-replication-status: ## slot, WAL and positions, seen from both sides
	@$(stack) replication-status

pg-replication-lag: ## lag in milliseconds and bytes
	@$(stack) replication-lag

pg-test-replication: ## write twenty rows on the primary, tell when the replica showed them
	@$(stack) replication-test

.PHONY: pg-write-monitor pg-read-monitor pg-write-log pg-read-log pg-write-log-full pg-read-log-full
pg-write-monitor: ## what the primary is doing, each second
	@$(stack) monitor primary

pg-read-monitor: ## what the replica is doing, each second
	@$(stack) monitor replica

pg-write-log: ## follow the primary's log, without statements and their values
	@$(stack) log primary

pg-read-log: ## follow the replica's log, without statements and their values
	@$(stack) log replica

pg-write-log-full: ## the primary's whole log, from its beginning
	@$(stack) log primary full

pg-read-log-full: ## the replica's whole log, from its beginning
	@$(stack) log replica full

##@ The tests' stack by hand

.PHONY: test-stack-up test-stack-down
test-stack-up: ## start it and write .run-test/env, to be sourced
	@$(test_stack) packages
	@$(test_stack) up

test-stack-down: ## stop it, and what a kept `make test` has left
	@for name in '' second; do TEST_STACK=$$name $(test_stack) down; done

##@ This page

.PHONY: help
help: ## print this page; `make` alone does it too
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
