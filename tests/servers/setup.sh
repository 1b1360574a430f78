# shellcheck shell=bash disable=SC2154
# keywheel-setup on a machine that it has set up already: what it keeps, what it
# refuses, and how one goes on from there. See lib/machine; no server runs, and
# the suite is not asked.

etc=/etc/keywheel
aside=/root/aside

# setup STATUS WORDS [OPTION…]: it ends so, and says that.
setup() {
	local want=$1 words=$2 said status=0
	shift 2
	said=$(keywheel-setup "$@" 2>&1) || status=$?
	((status == want)) && [[ $said == *"$words"* ]] && return
	printf 'keywheel-setup %s: status %d\n%s\n' "$*" "$status" "$said"
	return 1
}

# What programs and people have of it.
state() {
	sha256sum "$etc"/* || true
	as_postgres psql -Atq -d postgres -c "select rolname, rolpassword
		from pg_authid where rolname like 'keywheel%' order by 1"
	keywheel --json tokens list || true
}

put_back() {
	rm -rf "$etc"
	cp -a "$aside" "$etc"
}

unreadable() {
	keywheel check 2>&1 | grep -q 'unreadable\|^master_key: failed'
}

# ---- The cases ---------------------------------------------------------------

keeps_what_is_there() {
	local before
	before=$(state)
	setup 0 Ready. && [[ $(state) == "$before" ]]
}

keeps_the_group() {
	setup 0 Ready. --group www-data && setup 0 Ready. &&
		[[ $(stat -c %G:%a $etc{,/keywheel.conf,/master.key} | paste -s) \
			== $'www-data:750\twww-data:640\twww-data:640' ]]
}

refuses_a_second_master_key() {
	rm $etc/master.key
	setup 1 'there is no /etc/keywheel/master.key, but keys' &&
		[[ ! -e $etc/master.key ]]
}

# Whoever has the old passwords keeps his connection.
keeps_passwords_of_others() {
	local before
	before=$(state)
	rm -r $etc
	setup 1 'there is no /etc/keywheel/keywheel.conf, but keywheel_app and' &&
		[[ -z $(ls -A $etc) ]] && put_back && [[ $(state) == "$before" ]]
}

goes_on_with_new_passwords() {
	rm -r $etc
	setup 1 'bring the file' --new-passwords &&
		cp $aside/master.key $etc && setup 0 Ready. &&
		setup 1 'is for when there is no' --new-passwords && ! unreadable &&
		rm -r $aside && cp -a $etc $aside
}

# As if it had been stopped before the file had its name.
goes_on_where_it_was() {
	mv $etc/keywheel.conf $etc/keywheel.conf.new
	setup 0 Ready. && [[ ! -e $etc/keywheel.conf.new ]] && ! unreadable &&
		rm -r $aside && cp -a $etc $aside
}

asks_the_database_before_it_makes_a_key() {
	rm $etc/master.key
	cp /usr/local/share/doc/keywheel/keywheel.conf $etc
	setup 1 'database: ' && [[ ! -e $etc/master.key ]]
}

is_content_without_the_administrators_token() {
	rm -f $etc/admin-token
	setup 0 'keywheel tokens rotate NAME' && [[ ! -e $etc/admin-token ]]
}

reads_quoted_values() {
	local value
	mv $etc/master.key "$etc/master \"key"
	for value in "\"$etc/master \\\"key\" # ours" "'$etc/master \"key'" \
		"$etc/master \"key  # ours"; do
		sed -i '/MASTER_KEY_FILE/d' $etc/keywheel.conf
		echo " MASTER_KEY_FILE = $value" >>$etc/keywheel.conf
		setup 0 "keep a copy of $etc/master \"key." || return
	done
}

tells_wrong_usage() {
	setup 2 'needs a value' --group && setup 2 usage: --grup keywheel &&
		setup 1 'there is no group nobodies' --group nobodies
}

# PostgreSQL's user cannot enter root's folder.
says_nothing_of_folders() {
	rm -r $etc
	cd /root || return
	! keywheel-setup 2>&1 | grep 'could not change'
}

# The commands of keywheel-upgrade(7): a dump, a machine without anything.
restores_a_backup() {
	local dump=/var/backups/keywheel/keywheel.dump before
	before=$(state | grep -o '"name":"[^,]*' && keywheel --json keys list)
	mkdir -p /var/backups/keywheel
	chmod 0700 /var/backups/keywheel
	cd / || return
	runuser -u postgres -- pg_dump -Fc -n keywheel keywheel >$dump
	as_postgres psql -Xq -d postgres -c 'drop database keywheel' \
		-c 'drop role keywheel_app, keywheel_owner, keywheel_report'
	rm -r $etc

	setup 0 'wrote ' --group www-data || return
	runuser -u postgres -- dropdb keywheel
	runuser -u postgres -- createdb -O keywheel_owner -E UTF8 -T template0 \
		keywheel
	runuser -u postgres -- pg_restore --no-owner --no-acl \
		--role=keywheel_owner -d keywheel <$dump || return
	install -m 0640 -g www-data $aside/master.key $etc/
	rm -f $etc/admin-token
	keywheel migrate >/dev/null
	setup 0 Ready. && ! unreadable && rm -r $aside && cp -a $etc $aside &&
		[[ $(state | grep -o '"name":"[^,]*' &&
			keywheel --json keys list) == "$before" ]]
}

checks() {
	local case passed=0 failed=0
	cp -a $etc $aside
	for case in keeps_what_is_there keeps_the_group \
		refuses_a_second_master_key keeps_passwords_of_others \
		goes_on_with_new_passwords goes_on_where_it_was \
		asks_the_database_before_it_makes_a_key \
		is_content_without_the_administrators_token reads_quoted_values \
		tells_wrong_usage says_nothing_of_folders \
		restores_a_backup; do
		if ("$case"); then
			((++passed))
		else
			echo "FAIL $case"
			((++failed))
		fi
		put_back
	done
	echo "setup: $passed passed, $failed failed"
}
