/*
 * Reading a .env file the way python-dotenv (which gemini-balance uses) does:
 * NAME=value, `export ` before it, # comments, 'single' quotes literal but
 * for \' and \\, "double" quotes with \n \t \" \\ escapes, quoted values over
 * several lines, a blank and # end an unquoted value. Variables are not
 * expanded. A byte order mark at the start is skipped.
 */
#ifndef KEYWHEEL_BASE_DOTENV_H
#define KEYWHEEL_BASE_DOTENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/* One assignment; name and value are valid during the call. */
typedef bool dotenv_fn(
    void *ctx, const char *name, const char *value, int line);

/*
 * Call fn for each assignment, in order, with the line it starts on. False
 * if a line is malformed (its number and reason are appended to why) or fn
 * returned false (fn has then said why itself).
 */
MUSTCHECK bool dotenv_parse(
    const char *text, size_t len, dotenv_fn *fn, void *ctx, struct buf *why);

/* Append NAME=value and the end of the line, with quotes where they are needed:
 * dotenv_parse() gives the same. */
void dotenv_write(struct buf *out, const char *name, const char *value);

#endif
