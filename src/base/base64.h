/* Base64 (RFC 4648), as it comes: either alphabet, with or without padding,
 * with blanks and line ends in it. */
#ifndef KEYWHEEL_BASE_BASE64_H
#define KEYWHEEL_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* The characters of the standard alphabet, by their values. */
extern const char base64_digits[];

/* The six bits of a character of either alphabet, or -1. */
int base64_value(char c);

/* True if the text is in the one form that everybody reads: the standard
 * alphabet, padded, nothing else. */
bool base64_is_plain(const char *text, size_t len);

/* Append the text in that form. False if it is no base64; then some of it may
 * have been appended. */
MUSTCHECK bool base64_tidy(struct buf *out, const char *text, size_t len);

/* Decode the beginning of a plain text: at most room bytes. How many. */
size_t base64_peek(const char *text, size_t len, uint8_t *bytes, size_t room);

/* How many bytes a plain text stands for. */
size_t base64_size(const char *text, size_t len);

/* Decode some of a plain text: at most room bytes, from one of them on. How
 * many; 0 at its end. */
size_t base64_slice(
    const char *text, size_t len, size_t from, uint8_t *bytes, size_t room);

/* Append the bytes that a text stands for. False if it is no base64; then some
 * of them may have been appended. */
MUSTCHECK bool base64_decode(struct buf *out, const char *text, size_t len);

/* Append the bytes in plain form. */
void base64_encode(struct buf *out, const void *bytes, size_t len);

#endif
