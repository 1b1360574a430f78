/* Tasks in words: what each kind is, what may come of an item. */
#ifndef KEYWHEEL_ADMIN_TASK_WORDS_H
#define KEYWHEEL_ADMIN_TASK_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct visit;

struct task_words {
	const char *kind;
	const char *title;  /* messages: "Verify keys" */
	const char *button; /* that says yes: "Verify" */
	/* What was done to one, and to $n: NULL where the task's own page tells
	 * more, and is shown. */
	const char *one, *many;
	bool grave;   /* not to be done by mistake */
	bool at_once; /* with a single key nobody is asked first */
	bool quick;   /* the database does it: small sets need no waiting */
	bool shown;   /* there is no work but to show the keys */
};

/* NULL: there are no words for this kind. */
const struct task_words *task_words_find(const char *kind);

/* "12 keys were disabled.": append a message that has two forms, with n in the
 * place of its $n, in the visitor's language. */
void task_words_say(struct visit *v, const char *one, const char *many,
    int64_t n, struct buf *out);

/* What came of an item, as a message; NULL if there are no words for it but its
 * own. */
const char *task_words_code(const char *code);

#endif
