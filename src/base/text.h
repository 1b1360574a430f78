/* Text: UTF-8, hex, case, and the masking of secrets. */
#ifndef KEYWHEEL_BASE_TEXT_H
#define KEYWHEEL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* True if the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no
 * overlong forms). */
bool text_is_utf8(const char *bytes, size_t len);

/* The bytes of the first character of len > 0 bytes; 0 if they are not
 * well-formed UTF-8. */
size_t text_character(const char *bytes, size_t len);

/* The code points of a UTF-8 text. */
size_t text_points(const char *text, size_t len);

/* How many bytes of a text, max at most, can be kept without cutting a
 * character in two. */
size_t text_cut(const char *text, size_t max);

/* How many bytes at the beginning stand in a JSON string as they are: all up
 * to a control character, a quote or a backslash. */
size_t text_plain_run(const char *text, size_t len);

/* Lower-case hex of the bytes. */
void text_hex(struct buf *out, const uint8_t *bytes, size_t len);

/* Read hex into at most room bytes; the number of bytes, or -1 if the text
 * is not hex or does not fit. */
long text_unhex(const char *hex, uint8_t *bytes, size_t room);

/* Undo %XX (and, with plus, '+' for blank) and append. False if a % is not
 * followed by two hex digits; the bytes before it are appended then. */
bool text_unescape_url(
    struct buf *out, const char *text, size_t len, bool plus);

/* Case-insensitive ASCII: equality, and search. NULL matches nothing. */
bool text_same(const char *a, const char *b);
bool text_contains(const char *haystack, const char *needle);
bool text_starts(const char *text, const char *prefix);

/* A whole decimal number in [low, high]; false for anything else. */
MUSTCHECK bool text_to_int(
    const char *text, int64_t low, int64_t high, int64_t *number);

/* --- text_secret.c ------------------------------------------------------- */

/* What may be shown of a secret: "…" and its last four characters; "…" alone
 * if it is shorter than twelve. */
void text_mask(struct buf *out, const char *secret);

/*
 * Append text with everything that looks like a credential or names a
 * project blacked out: AIza…, AQ.…, api_key:…, key=…, projects/…, Bearer
 * tokens, user and password of URLs, passwords and tokens in parameters, the
 * secret part of the webhooks of Slack, Feishu, Discord and Telegram. Control
 * characters become blanks, so that the result is one line.
 * (What Google quotes in its messages: contract section 3.1.)
 */
void text_redact(struct buf *out, const char *text, size_t len);

#endif
