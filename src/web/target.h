/*
 * What a request asks for, from two CGI variables: the path as it was sent,
 * and the folder below which keywheel is installed.
 *
 * Web servers that hand over all of a host tell a SCRIPT_NAME that says
 * nothing (lighttpd and nginx: the path once more; Apache's ScriptAlias: "").
 * On a shared host it is the file of the program, whose name ends in .fcgi or
 * .cgi: rewriting leads to it, from its own folder, or its name stands in the
 * address.
 */
#ifndef KEYWHEEL_WEB_TARGET_H
#define KEYWHEEL_WEB_TARGET_H

#include "base/buf.h"

/* uri: REQUEST_URI, or NULL; script: SCRIPT_NAME, or NULL. path gets the path
 * below base, still percent-encoded, without its query; base gets the folder
 * ("/tools/keywheel"), or the program ("/cgi-bin/keywheel.cgi") if that is how
 * it was called, "" for all of a host. Both are emptied first. */
void target_read(
    const char *uri, const char *script, struct buf *base, struct buf *path);

#endif
