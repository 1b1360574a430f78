/* A parsed template, and one that is being filled; for template*.c only. */
#ifndef KEYWHEEL_WEB_TEMPLATE_PARTS_H
#define KEYWHEEL_WEB_TEMPLATE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_object;
struct template_reader;
struct template_set;

#define TEMPLATE_MAX_NAME 63
#define TEMPLATE_MAX_NESTING 16
#define TEMPLATE_MAX_PARTIALS 8

enum template_kind {
	TEMPLATE_TEXT,
	TEMPLATE_VALUE,
	TEMPLATE_RAW,
	TEMPLATE_SECTION,
	TEMPLATE_INVERTED,
	TEMPLATE_END,
	TEMPLATE_PARTIAL,
	TEMPLATE_COMMENT,
	TEMPLATE_MESSAGE,
	TEMPLATE_TRANSLATED,
	TEMPLATE_TIME,
	TEMPLATE_SECONDS
};

/* A template is a row of these; a section is followed by its content. */
struct template_node {
	enum template_kind kind;
	int line;
	const char *text; /* a tag's name, with a NUL; or the plain text */
	size_t len;       /* of a message: where its plural is, 0 if none */
	size_t end;       /* of a section: the node behind its content */
};

struct template_file {
	char *name;
	char *text; /* the file's, which the nodes point into */
	struct buf nodes;
	struct template_file *next;
};

/* Make the nodes of t->text, in which names get their NULs. False with file
 * and line of what is wrong in why. */
MUSTCHECK bool template_parse(struct template_file *t, struct buf *why);

struct template_node *template_node_at(const struct template_file *t, size_t i);
size_t template_count_nodes(const struct template_file *t);

/* Append "FILE line N: …" to why; always false. */
bool template_refuse(struct buf *why, const struct template_file *t, int line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* --- keeping (template.c) ------------------------------------------------ */

/* The template of that name, read now if it was not yet; NULL with the reason
 * in why. */
const struct template_file *template_need(
    struct template_set *set, const char *name, struct buf *why);

/* --- filling (template_fill.c) ------------------------------------------- */

#define TEMPLATE_MAX_STACK \
	(1 + TEMPLATE_MAX_NESTING * (TEMPLATE_MAX_PARTIALS + 1))

struct template_filling {
	struct template_set *set;
	/* The values whose sections are open, the innermost last. */
	struct json_object *stack[TEMPLATE_MAX_STACK];
	size_t depth;
	int partials;
	const struct template_reader *reader;
	struct buf *out, *why;
};

/* The value of a name; NULL if there is none. Borrowed. */
struct json_object *template_look_up(
    const struct template_filling *f, const char *name);

/* --- values (template_value.c) ------------------------------------------- */

bool template_is_true(struct json_object *value);
/* Append a text, or a value, as HTML has it; raw: as it is. */
void template_escape(struct buf *out, const char *text, size_t len);
void template_write(struct buf *out, struct json_object *value, bool raw);

/* --- messages and times (template_say.c) --------------------------------- */

void template_fill_message(
    const struct template_filling *f, const struct template_node *node);
void template_fill_translated(
    const struct template_filling *f, const char *name);
void template_fill_time(
    const struct template_filling *f, const char *name, bool seconds);

#endif
