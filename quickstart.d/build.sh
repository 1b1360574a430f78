# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# Building the programs.
# A part of ./quickstart, which sources it.

# A checkout that belongs to somebody is built as that user, also under sudo,
# so that the next build without sudo can write there.
as_builder() {
	local owner
	owner=$(stat -c '%u %g' "$HERE")
	if ((EUID == 0)) && [[ ${owner% *} != 0 ]] && have setpriv &&
		setpriv --reuid "${owner% *}" --regid "${owner#* }" \
			--clear-groups test -w "$HERE" 2>/dev/null; then
		setpriv --reuid "${owner% *}" --regid "${owner#* }" \
			--clear-groups "$@"
	else
		"$@"
	fi
}

is_built() {
	[[ -x $BUILD/keywheel && -x $BUILD/keywheel.fcgi ]]
}

needs_configure() {
	[[ ! -e $BUILD/Makefile || ! -e $HERE/configure ||
		$HERE/configure.ac -nt $BUILD/Makefile ||
		$HERE/Makefile.am -nt $BUILD/Makefile ]]
}

build() {
	# Somebody else's checkout, or a folder that we were told of: what is
	# built already is taken as it is.
	[[ -w $HERE && -z ${KEYWHEEL_BUILD-} ]] || ! is_built || return 0
	as_builder mkdir -p "$BUILD" || die "cannot write to $HERE"

	# One at a time.
	exec 7<"$BUILD"
	flock -w 1 7 || { say 'Waiting for another build...' && flock 7; }
	if needs_configure; then
		say "Building (log: $BUILD/quickstart.log)..."
		run_build configure make_all
	elif ! as_builder make -C "$BUILD" -q >/dev/null 2>&1; then
		say "Building what has changed (log: $BUILD/quickstart.log)..."
		run_build make_all
	fi
	exec 7<&-
	is_built || die "the build made no keywheel; see $BUILD/quickstart.log"
}

# Everything a build says goes to its log; the end of it is shown on failure.
run_build() {
	as_builder env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL bash -c \
		"$(declare -f configure make_all); set -e; cd \"\$1\"
		exec >quickstart.log 2>&1; shift; for step; do \$step; done" \
		bash "$BUILD" "$@" </dev/null 7<&- && return 0
	tail -n 25 "$BUILD/quickstart.log" >&2 || true
	die "the build failed; the whole log: $BUILD/quickstart.log"
}

configure() {
	(cd .. && autoreconf -i)
	../configure
}

make_all() {
	make -j"$(nproc)" all
}
