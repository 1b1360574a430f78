/* A parsed template; for template.c and template_parse.c only. */
#ifndef KEYWHEEL_WEB_TEMPLATE_PARTS_H
#define KEYWHEEL_WEB_TEMPLATE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

#define TEMPLATE_MAX_NAME 63
#define TEMPLATE_MAX_NESTING 16

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
	TEMPLATE_TIME
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

#endif
