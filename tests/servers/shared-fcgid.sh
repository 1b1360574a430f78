# shellcheck shell=bash
# A shared host with mod_fcgid as it is set up without a word; see lib/machine.

# shellcheck source=tests/servers/lib/shared.sh
. "$here/shared.sh"

server_start() {
	host
	a2enmod -q cgid fcgid rewrite
	unpack fcgid
	apachectl start
	install_it || return
	comes_back || return
	take_away
}
