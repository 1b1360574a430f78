/* HTML templates: keeping them. */
#include "web/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "web/template_parts.h"

#define MAX_FILE ((size_t)1024 * 1024)

struct template_set {
	char *dir;
	struct template_file *first;
};

static char *
copy(const char *text, size_t len)
{
	char *bytes = strndup(text, len);
	if (bytes == NULL)
		abort();
	return bytes;
}

struct template_set *
template_set_new(const char *dir)
{
	struct template_set *set = calloc(1, sizeof(*set));
	if (set == NULL)
		abort();
	set->dir = dir == NULL ? NULL : copy(dir, strlen(dir));
	return set;
}

static void
free_template(struct template_file *t)
{
	free(t->name);
	free(t->text);
	buf_clear(&t->nodes);
	free(t);
}

void
template_set_free(struct template_set *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL) {
		struct template_file *t = set->first;
		set->first = t->next;
		free_template(t);
	}
	free(set->dir);
	free(set);
}

bool
template_add(struct template_set *set, const char *name, const char *text,
    size_t len, struct buf *why)
{
	struct template_file *t = calloc(1, sizeof(*t));
	if (t == NULL)
		abort();
	t->name = copy(name, strlen(name));
	t->text = copy(text, len);
	buf_init(&t->nodes, BUF_LARGE);
	bool ok = strlen(t->text) == len && text_is_utf8(text, len)
	    ? template_parse(t, why)
	    : template_refuse(why, t, 1, "the file is not UTF-8 text");
	if (!ok) {
		free_template(t);
		return false;
	}
	t->next = set->first;
	set->first = t;
	return true;
}

static const struct template_file *
find(const struct template_set *set, const char *name)
{
	const struct template_file *t = set->first;
	while (t != NULL && strcmp(t->name, name) != 0)
		t = t->next;
	return t;
}

const struct template_file *
template_need(struct template_set *set, const char *name, struct buf *why)
{
	const struct template_file *t = find(set, name);
	if (t != NULL)
		return t;
	if (set->dir == NULL) {
		buf_fmt(why, "there is no template %s", name);
		return NULL;
	}
	struct buf path, text;
	buf_init(&path, BUF_SMALL);
	buf_init(&text, MAX_FILE);
	buf_fmt(&path, "%s/%s", set->dir, name);
	if (file_read(buf_cstr(&path), &text, why) &&
	    template_add(set, name, buf_cstr(&text), text.len, why))
		t = set->first;
	buf_clear(&path);
	buf_clear(&text);
	return t;
}
