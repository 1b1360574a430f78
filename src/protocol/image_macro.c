/* Macros in the prompts of pictures. */
#include "protocol/image_macro.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "protocol/field.h"
#include "protocol/image_size.h"

static const char digits[] = "0123456789";
static const char blanks[] = " \t\r\n";

/* A macro is being read. */
struct reading {
	int most;
	const char *const *shapes;
	const char *path;
	struct image_macros *macros;
	struct api_error *error;
};

static bool
take_number(const struct reading *r, const char *text, size_t len)
{
	/* More digits than these are too many pictures anyway. */
	int n = len > 4 ? 10000 : atoi(text);
	if (n >= 1 && n <= r->most) {
		r->macros->n = n;
		return true;
	}
	return api_error_set(r->error, FAULT_BAD_VALUE, r->path,
	    "Invalid '%s': {n:%.*s} must be between 1 and %d.", r->path,
	    len < FIELD_QUOTE_MAX ? (int)len : FIELD_QUOTE_MAX, text, r->most);
}

static bool
take_shape(const struct reading *r, const char *text, size_t len)
{
	const char *shape = image_size_named(text, len, r->shapes);
	if (shape != NULL) {
		r->macros->shape = shape;
		return true;
	}
	struct buf list;
	buf_init(&list, BUF_SMALL);
	image_size_list(r->shapes, &list);
	api_error_set(r->error, FAULT_BAD_VALUE, r->path,
	    "Invalid '%s': {ratio:%.*s} is not one of %s.", r->path,
	    len < FIELD_QUOTE_MAX ? (int)len : FIELD_QUOTE_MAX, text,
	    buf_cstr(&list));
	buf_clear(&list);
	return false;
}

/* How long the digits are, with a colon between them if there is to be one;
 * 0: they are not so. */
static size_t
digits_size(const char *text, bool colon)
{
	size_t n = strspn(text, digits);
	if (!colon || n == 0)
		return n;
	size_t more = text[n] == ':' ? strspn(text + n + 1, digits) : 0;
	return more == 0 ? 0 : n + 1 + more;
}

/* The macro that begins here: *size is how long it is, 0 if there is none.
 * False if it is refused. */
static bool
take_macro(const struct reading *r, const char *text, size_t *size)
{
	static const struct {
		const char *head;
		bool colon;
		bool (*take)(
		    const struct reading *r, const char *text, size_t len);
	} rows[] = {
	    {"{n:", false, take_number},
	    {"{ratio:", true, take_shape},
	};
	*size = 0;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t head = strlen(rows[i].head);
		if (strncmp(text, rows[i].head, head) != 0)
			continue;
		size_t len = digits_size(text + head, rows[i].colon);
		if (len == 0 || text[head + len] != '}')
			continue;
		*size = head + len + 1;
		return rows[i].take(r, text + head, len);
	}
	return true;
}

/* Drop the blanks at both ends. */
static void
trim(struct buf *text)
{
	buf_drop(text, strspn(buf_cstr(text), blanks));
	size_t len = text->len;
	while (len > 0 && strchr(blanks, text->data[len - 1]) != NULL)
		len--;
	if (len < text->len)
		buf_keep(text, 0, len);
}

bool
image_macro_take(const char *prompt, size_t len, int most,
    const char *const *shapes, const char *path, struct image_macros *macros,
    struct buf *clean, struct api_error *error)
{
	const struct reading r = {most, shapes, path, macros, error};
	*macros = (struct image_macros){0};
	/* It would hide what follows. */
	if (len > 0 && memchr(prompt, '\0', len) != NULL)
		return api_error_set(error, FAULT_BAD_VALUE, path,
		    "Invalid '%s': it holds a NUL.", path);
	while (len > 0) {
		const char *brace = memchr(prompt, '{', len);
		size_t plain = brace == NULL ? len : (size_t)(brace - prompt);
		size_t size = 0;
		buf_add(clean, prompt, plain);
		prompt += plain;
		len -= plain;
		if (len == 0)
			break;
		if (!take_macro(&r, prompt, &size))
			return false;
		if (size == 0)
			buf_add(clean, prompt, 1);
		size = size == 0 ? 1 : size;
		prompt += size;
		len -= size;
	}
	if (buf_ok(clean))
		trim(clean);
	return true;
}
