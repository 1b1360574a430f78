# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# Packages: what is missing, and installing it.
# A part of ./quickstart, which sources it.

have() {
	command -v "$1" >/dev/null 2>&1
}

on_debian() {
	have apt-get && have dpkg-query
}

# The folder of PostgreSQL's programs, of major version $1 or the newest.
postgres_bin() {
	local dir major best=0 found=
	for dir in /usr/lib/postgresql/*/bin; do
		major=${dir#/usr/lib/postgresql/}
		major=${major%%[!0-9]*}
		[[ -x $dir/initdb && -x $dir/postgres && -n $major ]] || continue
		[[ -z ${1-} || $major == "$1" ]] || continue
		if ((major > best)); then
			best=$major
			found=$dir
		fi
	done
	# Elsewhere it is wherever the distribution put it.
	if [[ -z $found ]] && have postgres && have initdb; then
		dir=$(readlink -f "$(command -v postgres)")
		major=$("$dir" -V)
		major=${major##* }
		if [[ -z ${1-} || ${major%%.*} == "$1" ]]; then
			found=${dir%/*}
		fi
	fi
	[[ -n $found ]] && printf '%s\n' "$found"
}

# Print the packages of the needs $@ that are missing.
missing_packages() {
	local need package probe asked=()
	for need; do
		package=${need%%=*}
		probe=${need#*=}
		case $probe in
		file:* | pc:*) asked+=("$need") ;;
		*) have "$probe" || printf '%s\n' "$package" ;;
		esac
	done
	((${#asked[@]} == 0)) || missing_libraries "${asked[@]}"
}

# The same for libraries: Debian's dpkg knows; elsewhere we look ourselves.
missing_libraries() {
	local need package probe installed
	if on_debian; then
		installed=$(dpkg-query -W -f '${db:Status-Status}=${Package}\n' \
			"${@%%=*}" 2>/dev/null || true)
	fi
	for need; do
		package=${need%%=*}
		probe=${need#*=}
		if on_debian; then
			[[ $'\n'$installed$'\n' == *$'\n'installed="$package"$'\n'* ]]
		elif [[ $probe == pc:* ]]; then
			pkg-config --exists "${probe#pc:}" 2>/dev/null
		else
			# Certificates and headers lie elsewhere elsewhere; the
			# build finds out.
			[[ -e ${probe#file:} || $package == ca-certificates ]]
		fi || printf '%s\n' "$package"
	done
}

install_missing() {
	local missing=()
	mapfile -t missing < <(missing_packages "$@")
	if [[ -z $DATABASE ]] && ! postgres_bin >/dev/null; then
		missing+=(postgresql)
	fi
	((${#missing[@]} > 0)) || return 0
	if ! on_debian; then
		warn "please install (Debian's names): ${missing[*]}"
		die 'with their headers, where they are libraries; then run me again'
	fi
	install_packages "${missing[@]}"
}

# Install what is missing of $@, one by one and as far as that goes without
# asking anybody.
install_wanted() {
	local package
	on_debian || return 0
	((EUID == 0)) || { have sudo && sudo -n true 2>/dev/null; } || return 0
	for package in $(missing_packages "$@"); do
		(install_packages "$package") 2>/dev/null ||
			warn "going on without $package"
	done
}

install_packages() {
	local sudo=() log
	if ((EUID != 0)); then
		sudo=(sudo)
		have sudo && { sudo -n true 2>/dev/null || [[ -t 0 ]]; } ||
			die "missing packages; as root: apt-get install $*"
	fi
	say "Installing packages: $*"
	log=$(mktemp)
	if ! "${sudo[@]}" bash -c "$(declare -f apt_install install_as_root)
		install_as_root \"\$@\"" bash "$@" </dev/null >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "apt-get could not install: $*"
	fi
	rm -f "$log"
}

# Where promtool is; `none`: it cannot be had. It comes with Prometheus, a
# service that nobody wants here: only this program is taken out of Debian's
# package, into folder $1. Elsewhere nothing is printed if there is none.
find_promtool() {
	local work
	if have promtool; then
		command -v promtool
		return
	fi
	on_debian || return 0
	if [[ ! -x $1/promtool ]]; then
		work=$(mktemp -d)
		mkdir -p "$1"
		(cd "$work" && download_promtool && mv promtool "$1/") \
			>"$work/log" 2>&1 || tail -n 5 "$work/log" >&2
		rm -rf "$work"
	fi
	if [[ -x $1/promtool ]]; then
		printf '%s\n' "$1/promtool"
	else
		printf 'none\n'
	fi
}

# As any user, but for the lists of packages, if they are absent or too old.
download_promtool() {
	local sudo=()
	((EUID == 0)) || sudo=(sudo -n)
	apt-get download prometheus ||
		{ "${sudo[@]}" apt-get update && apt-get download prometheus; } ||
		return 1
	dpkg-deb --fsys-tarfile prometheus_*.deb |
		tar -xO ./usr/bin/promtool >promtool && chmod 755 promtool
}

apt_install() {
	apt-get install -y --no-install-recommends --no-remove \
		-o DPkg::Lock::Timeout=120 "$@"
}

# Runs as root in a shell of its own. Packages that bring a service must not
# start it: lighttpd would take port 80.
install_as_root() {
	local policy=/usr/sbin/policy-rc.d unit
	export DEBIAN_FRONTEND=noninteractive
	if [[ ! -e $policy ]]; then
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
	fi

	# The package lists are fetched only if they are absent or too old.
	apt_install "$@" || { apt-get update && apt_install "$@"; } || return 1

	# Nor with the next start of the machine.
	for unit in apache2 lighttpd nginx pgbouncer postgresql; do
		case " $* " in
		*" $unit "*) systemctl disable "$unit.service" || true ;;
		esac
	done
}
