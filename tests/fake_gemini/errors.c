/* The errors of Google: a table of templates and what fills them in. */
#include "errors.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error_table.h"

#define ERRORS_LENGTH(a) (sizeof(a) / sizeof(*(a)))

static const struct {
	int status;
	const char *word;
} errors_words[] = {
    {400, "INVALID_ARGUMENT"},
    {401, "UNAUTHENTICATED"},
    {402, "RESOURCE_EXHAUSTED"},
    {403, "PERMISSION_DENIED"},
    {404, "NOT_FOUND"},
    {409, "ABORTED"},
    {429, "RESOURCE_EXHAUSTED"},
    {499, "CANCELLED"},
    {500, "INTERNAL"},
    {501, "UNIMPLEMENTED"},
    {503, "UNAVAILABLE"},
    {504, "DEADLINE_EXCEEDED"},
};

static const struct error_row *
errors_find(const char *name)
{
	for (const struct error_row *row = error_table; row->name != NULL;
	     row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

bool
errors_known(const char *name)
{
	return errors_find(name) != NULL;
}

int
errors_status(const char *name)
{
	const struct error_row *row = errors_find(name);

	return row != NULL ? row->status : 500;
}

static const char *
errors_word(int status)
{
	for (size_t i = 0; i < ERRORS_LENGTH(errors_words); i++)
		if (errors_words[i].status == status)
			return errors_words[i].word;
	return "UNKNOWN";
}

static void
errors_frame(struct buf *out, int status, const char *word,
    const struct buf *message, const char *details, bool pretty)
{
	const char *in = pretty ? "\n    " : "", *sp = pretty ? " " : "";

	buf_printf(out, "{%s\"error\":%s{%s\"code\":%s%d,%s\"message\":%s",
	    pretty ? "\n  " : "", sp, in, sp, status, in, sp);
	buf_json(out, message->at, message->len);
	buf_printf(out, ",%s\"status\":%s\"%s\"", in, sp, word);
	if (details != NULL)
		buf_printf(out, ",%s\"details\":%s%s", in, sp, details);
	buf_text(out, pretty ? "\n  }\n}\n" : "}}");
}

void
errors_plain(struct buf *out, int status, const char *message,
    const char *details, bool pretty)
{
	struct buf text = {0};

	buf_text(&text, message);
	errors_frame(out, status, errors_word(status), &text, details, pretty);
	buf_clear(&text);
}

/* The project of a key: made up, but always the same. */
static uint64_t
errors_project(const char *key)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return UINT64_C(100000000000) + hash % UINT64_C(900000000000);
}

/* The value of a {placeholder}. */
static const char *
errors_value(const struct errors_case *c, struct span name, const char *usual,
    const char *project)
{
	const struct {
		const char *name;
		const char *value;
	} values[] = {
	    {"key", c->key},
	    {"model", c->model},
	    {"method", c->method},
	    {"version", c->version},
	    {"project", project},
	    {"delay", c->delay != NULL ? c->delay : usual},
	};

	for (size_t i = 0; i < ERRORS_LENGTH(values); i++)
		if (buf_is(name, values[i].name))
			return values[i].value;
	return NULL;
}

/*
 * Copy a template, with values put in.  In details the values stand inside
 * JSON strings: then they are escaped, without the quotes.
 */
static void
errors_expand(struct buf *out, const struct errors_case *c,
    const char *template, const char *usual, const char *project, bool escaped)
{
	while (*template != '\0') {
		size_t n = strcspn(template, "{");
		const char *value = NULL;
		struct span name;

		buf_add(out, template, n);
		template += n;
		if (*template == '\0')
			break;
		name =
		    (struct span){template + 1, strcspn(template + 1, "{}\"")};
		if (template[1 + name.len] == '}')
			value = errors_value(c, name, usual, project);
		if (value == NULL) {
			buf_add(out, template ++, 1);
			continue;
		}
		template += name.len + 2;
		if (escaped) {
			struct buf quoted = {0};

			buf_json(&quoted, value, strlen(value));
			buf_add(out, quoted.at + 1, quoted.len - 2);
			buf_clear(&quoted);
		} else {
			buf_text(out, value);
		}
	}
}

void
errors_write(struct buf *out, const struct errors_case *c, bool pretty)
{
	const struct error_row *row = errors_find(c->name);
	struct buf message = {0}, details = {0};
	char made[32];
	const char *project = c->project;

	if (row == NULL)
		row = errors_find("internal");
	if (project == NULL) {
		snprintf(
		    made, sizeof(made), "%" PRIu64, errors_project(c->key));
		project = made;
	}
	errors_expand(
	    &message, c, row->message, row->message_delay, project, false);
	if (row->details != NULL)
		errors_expand(
		    &details, c, row->details, row->delay, project, true);
	errors_frame(out, row->status, row->word, &message,
	    row->details != NULL ? buf_str(&details) : NULL, pretty);
	buf_clear(&message);
	buf_clear(&details);
}
