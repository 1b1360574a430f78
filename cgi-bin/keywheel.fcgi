#!/bin/sh
# What a web server executes as a FastCGI responder: lighttpd as "bin-path",
# mod_fcgid as a wrapper. Set the two paths.
exec /usr/local/libexec/keywheel/keywheel.fcgi --conf /etc/keywheel.conf
