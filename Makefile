# Each target does its own set-up (bin/setup); none needs root or Docker.
.PHONY: demo stage test check audit bench bench-opening drill messages clean

demo: ## a municipality with dummy people, on this machine, until Ctrl-C
	@bin/demo

stage: ## the production shape on this machine: TLS, nginx, one process a door, until Ctrl-C
	@bin/stage

test: ## every test, on servers of their own
	@bin/test

check: ## lint, types, storeys, migrations
	@bin/check

audit: ## known weaknesses of what we install; fails where it cannot ask
	@bin/audit

bench: ## the figures, one line each
	@bin/bench

bench-opening: ## an opening morning: 20,000 residents in a minute, operators, a neighbour
	@bin/bench opening

drill: ## processes, disks and wires are lost on purpose; what was promised holds
	@bin/drill

messages: ## collect and compile the English words
	@bin/messages

clean: ## everything the other targets made
	@bin/clean
