# The Hiring API: every daily task. `make` alone prints them.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

stack := conf/native/stack.sh
test_stack := PROFILE=test conf/native/stack.sh

##@ Servers

.PHONY: infra-up
infra-up: packages ## start PostgreSQL primary and replica, two Redis and RabbitMQ; what runs is left alone
	@$(stack) up

.PHONY: infra-down
infra-down: ## stop everything that infra-up started
	@$(stack) down

.PHONY: packages
packages: ## install the Debian packages of the native stack (asks for root only when some are missing)
	@conf/native/packages.sh

##@ Tests

.PHONY: test-stack-up
test-stack-up: packages ## start the tests' own stack and write .run-test/env, to be sourced
	@$(test_stack) up

.PHONY: test-stack-down
test-stack-down: ## stop the tests' own stack
	@$(test_stack) down

##@ This page

.PHONY: help
help: ## print this page
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
