/* What the files of base/dump.h share. */
#ifndef KEYWHEEL_BASE_DUMP_PARTS_H
#define KEYWHEEL_BASE_DUMP_PARTS_H

#include "base/dump.h"

/* The first thing that is wrong. */
void dump_refuse(struct dump *d, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Steps: the rest of a statement, which is not looked at; between the rows of
 * VALUES, and within one. */
void dump_skip(struct dump *d, const struct dump_token *t);
void dump_before_row(struct dump *d, const struct dump_token *t);
void dump_in_value(struct dump *d, const struct dump_token *t);

#endif
