/* Writing CSV (RFC 4180), safe to be opened in a spreadsheet. */
#ifndef KEYWHEEL_BASE_CSV_H
#define KEYWHEEL_BASE_CSV_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Append one text field: quoted where it holds a comma, a quote or a line
 * break. What a spreadsheet would take for a formula (it begins with = + - @,
 * a tab or a carriage return, maybe behind blanks) gets an apostrophe before
 * it. NUL bytes become blanks. first: the first field of a line.
 */
void csv_text(struct buf *out, bool first, const char *text, size_t len);

/* … of a number or a word of ours, as it is. */
void csv_word(struct buf *out, bool first, const char *word);

void csv_end_line(struct buf *out);

#endif
