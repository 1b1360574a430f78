#!/bin/sh
# What mod_fcgid starts, once for many requests. (The file keywheel.cgi beside
# it is the same, for web servers that start it once for each request. The
# program sees by itself how it was started.) Nothing is to be changed here.

# This file needs the right to be executed: mode 755 (or 700).

# Some hosts start it by its name alone, in its own folder.
case $0 in
*/*) cd "${0%/*}" || exit 1 ;;
esac

# The folder with keywheel.conf: better outside of what the web server shows,
# two or one folders up, where it is found under the name keywheel-private.
for dir in "$PWD/../../keywheel-private" "$PWD/../keywheel-private" \
	"$PWD/private"; do
	[ -e "$dir/bin/keywheel.fcgi" ] && break
done

# The certificates that come with it count besides the host's.
SSL_CERT_DIR=$dir/share/certs:/etc/ssl/certs
export SSL_CERT_DIR

# With its own C library, whatever the host has. An upload may have taken the
# right to be executed away.
loader=$dir/lib/ld-linux-x86-64.so.2
[ -x "$loader" ] || chmod u+x "$loader"
exec "$loader" --library-path "$dir/lib" "$dir/bin/keywheel.fcgi" \
	--shared "$dir"
