/* The attributes behind a key, as a table has them. For key_text.c. */
#ifndef KEYWHEEL_POOL_KEY_TABLE_H
#define KEYWHEEL_POOL_KEY_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "pool/key_attribute.h"

struct key_table {
	struct buf value[KEY__ATTRIBUTES]; /* canonical */
	bool given[KEY__ATTRIBUTES];
	enum key_attribute last; /* that was read: the bad one */
	/* Words that are no attributes, and those of the form name=value. */
	size_t others, unknown;
};

void key_table_init(struct key_table *table);
void key_table_clear(struct key_table *table);

/* Read what is behind a key, up to the next one or the end of the line; what
 * was read before is forgotten. NULL, or why a value is bad, a static text. */
MUSTCHECK const char *key_table_read(
    struct key_table *table, const char *text, size_t len);

#endif
