#!/bin/bash
# Roles and database for keywheel: run by the image of PostgreSQL when its volume
# is new. The passwords are those of the URLs; they go by standard input, since
# arguments can be seen.
set -euo pipefail

# password SECRET: of the URL in it.
password() {
	sed -nE '1s|^[a-z]+://[^:/@]+:([0-9a-f]+)@.*|\1|p' "/run/secrets/$1"
}

owner=$(password owner_database_url)
app=$(password database_url)
[[ -n $owner && -n $app ]] || {
	echo 'keywheel: no passwords in the URLs of make-secrets' >&2
	exit 1
}

psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres <<END
create role keywheel_owner login password '$owner';
create role keywheel_app login password '$app';
create role keywheel_report;
create database keywheel owner keywheel_owner encoding 'UTF8'
	locale 'C' template template0;
END
