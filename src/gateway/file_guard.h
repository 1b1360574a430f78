/*
 * Can a file that is a secret be fetched by its address? It must stand where
 * the web server does not look, or behind an .htaccess file that is honoured,
 * which only trying shows.
 */
#ifndef KEYWHEEL_GATEWAY_FILE_GUARD_H
#define KEYWHEEL_GATEWAY_FILE_GUARD_H

#include "base/buf.h"

struct service;

enum file_guard { FILE_GUARD_CLOSED, FILE_GUARD_OPEN, FILE_GUARD_UNKNOWN };

/* Ask for the file at path as a browser would, at the host by which this
 * request has come. address: its URL is appended; nothing if it is outside the
 * web space. */
enum file_guard file_guard_try(
    struct service *s, const char *path, struct buf *address);

#endif
