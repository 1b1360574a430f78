# shellcheck shell=bash
# A shared host with plain CGI; see lib/machine.

# shellcheck source=tests/servers/lib/shared.sh
. "$here/shared.sh"

server_start() {
	host
	a2enmod -q cgid rewrite
	unpack cgi
	apachectl start
	install_it || return
	comes_back || return
	take_away
}
