/* Reading multipart/form-data piece by piece. */
#include "web/multipart.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* --- parameters of a header field ---------------------------------------- */

/* Read the value at text, quoted or not, into out; where it ends. In quotes
 * a backslash stands before a quote or another backslash only: old browsers
 * send Windows paths as they are. */
static const char *
read_value(const char *text, struct buf *out)
{
	if (*text != '"') {
		size_t len = strcspn(text, "; \t");
		buf_add(out, text, len);
		return text + len;
	}
	for (text++; *text != '\0' && *text != '"'; text++) {
		if (*text == '\\' && (text[1] == '"' || text[1] == '\\'))
			text++;
		buf_byte(out, *text);
	}
	return *text == '"' ? text + 1 : text;
}

/* The parameter of that name of a field like `form-data; name="a"`. */
static bool
read_parameter(const char *field, const char *name, struct buf *out)
{
	size_t name_len = strlen(name);
	struct buf other;
	const char *p = field + strcspn(field, ";");
	bool found = false;

	buf_init(&other, BUF_SMALL);
	while (*p == ';' && !found) {
		p += 1 + strspn(p + 1, " \t");
		size_t len = strcspn(p, "=; \t");
		found = len == name_len && strncasecmp(p, name, len) == 0 &&
		    p[len] == '=';
		p += len;
		if (*p == '=')
			p = read_value(p + 1, found ? out : &other);
		p += strcspn(p, ";");
	}
	buf_clear(&other);
	return found;
}

bool
multipart_init(struct multipart *m, const char *content_type,
    const struct multipart_sink *sink)
{
	struct buf boundary;
	*m = (struct multipart){.sink = *sink};
	buf_init(&m->window, BUF_LARGE);
	buf_init(&boundary, BUF_SMALL);
	bool ok = content_type != NULL &&
	    strcspn(content_type, "; \t") == strlen("multipart/form-data") &&
	    text_starts(content_type, "multipart/form-data") &&
	    read_parameter(content_type, "boundary", &boundary) &&
	    boundary.len > 0 && boundary.len <= MULTIPART_MAX_BOUNDARY;
	if (ok) {
		memcpy(m->mark, "\r\n--", 4);
		memcpy(m->mark + 4, buf_cstr(&boundary), boundary.len);
		m->mark_len = 4 + boundary.len;
		/* The first one may stand at the very beginning. */
		buf_str(&m->window, "\r\n");
	}
	buf_clear(&boundary);
	return ok;
}

void
multipart_clear(struct multipart *m)
{
	buf_clear(&m->window);
}

/* --- the places ---------------------------------------------------------- */

static bool
finish(struct multipart *m, enum multipart_state state)
{
	m->state = state;
	return false;
}

/* Pass the first n bytes of the window on, as content. */
static bool
pass_on(struct multipart *m, size_t n)
{
	bool ok = n == 0 || m->place != CONTENT ||
	    m->sink.data(m->sink.ctx, m->window.data, n);
	buf_drop(&m->window, n);
	return ok || finish(m, MULTIPART_STOPPED);
}

/* Preamble and content: all up to the next boundary. */
static bool
read_content(struct multipart *m)
{
	const char *mark = m->window.len < m->mark_len
	    ? NULL
	    : memmem(m->window.data, m->window.len, m->mark, m->mark_len);
	if (mark == NULL) {
		/* Its end may be the beginning of one. */
		size_t keep = m->mark_len - 1;
		if (m->window.len > keep)
			pass_on(m, m->window.len - keep);
		return false;
	}
	bool content = m->place == CONTENT;
	if (!pass_on(m, (size_t)(mark - m->window.data)))
		return false;
	buf_drop(&m->window, m->mark_len);
	m->place = AFTER_BOUNDARY;
	return !content || m->sink.end(m->sink.ctx) ||
	    finish(m, MULTIPART_STOPPED);
}

/* Behind a boundary: two hyphens end it all, else a line ends, which may have
 * blanks before its end. */
static bool
read_boundary(struct multipart *m)
{
	const struct buf *w = &m->window;
	if (w->len < 2)
		return false;
	if (memcmp(w->data, "--", 2) == 0)
		return finish(m, MULTIPART_DONE);
	size_t blanks = strspn(buf_cstr(w), " \t");
	if (w->len < blanks + 2 && blanks <= MULTIPART_MAX_BOUNDARY)
		return false;
	if (w->len < blanks + 2 || memcmp(w->data + blanks, "\r\n", 2) != 0)
		return finish(m, MULTIPART_BROKEN);
	/* The line's end is kept: it ends an empty head, too. */
	buf_drop(&m->window, blanks);
	m->place = HEAD;
	return true;
}

/* One line of a head, NUL-terminated. */
static void
read_field(char *line, struct buf *disposition, struct buf *type)
{
	char *value = strchr(line, ':');
	if (value == NULL)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (char *p = value; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p))
			*p = ' ';
	if (text_same(line, "content-disposition"))
		buf_str(disposition, value);
	else if (text_same(line, "content-type"))
		buf_str(type, value);
}

/* A head has come: what part is it? */
static bool
begin_part(struct multipart *m, char *head)
{
	struct buf disposition, type, name, filename;
	buf_init(&disposition, BUF_SMALL);
	buf_init(&type, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	buf_init(&filename, BUF_SMALL);

	for (char *line = head; line != NULL;) {
		char *next = strstr(line, "\r\n");
		if (next != NULL)
			*next = '\0';
		read_field(line, &disposition, &type);
		line = next == NULL ? NULL : next + 2;
	}
	const char *d = buf_cstr(&disposition);
	bool file = read_parameter(d, "filename", &filename);
	bool ok = strncasecmp(d, "form-data", strlen("form-data")) == 0 &&
	    read_parameter(d, "name", &name);
	if (!ok)
		finish(m, MULTIPART_BROKEN);
	else if (!m->sink.begin(m->sink.ctx, buf_cstr(&name),
		     file ? buf_cstr(&filename) : NULL, buf_cstr(&type)))
		ok = finish(m, MULTIPART_STOPPED);
	m->place = AFTER_HEAD;
	buf_clear(&disposition);
	buf_clear(&type);
	buf_clear(&name);
	buf_clear(&filename);
	return ok;
}

static bool
read_head(struct multipart *m)
{
	struct buf *w = &m->window;
	const char *end =
	    w->len < 4 ? NULL : memmem(w->data, w->len, "\r\n\r\n", 4);
	size_t len = end == NULL ? w->len : (size_t)(end - w->data);
	if (len > MULTIPART_MAX_HEAD)
		return finish(m, MULTIPART_BROKEN);
	if (end == NULL)
		return false;

	struct buf head;
	buf_init(&head, BUF_SMALL);
	buf_add(&head, w->data, len);
	bool ok = head.len == 0 || strlen(buf_cstr(&head)) == head.len;
	buf_drop(w, len + 2);
	char *text = buf_take(&head);
	if (!ok || text == NULL)
		ok = finish(m, MULTIPART_BROKEN);
	else
		ok = begin_part(m, text);
	free(text);
	return ok;
}

/* The line break behind a head may be that of a boundary already: then there
 * is no content. */
static bool
read_after_head(struct multipart *m)
{
	if (m->window.len < m->mark_len)
		return false;
	if (memcmp(m->window.data, m->mark, m->mark_len) != 0)
		buf_drop(&m->window, 2);
	m->place = CONTENT;
	return true;
}

enum multipart_state
multipart_feed(struct multipart *m, const char *bytes, size_t len)
{
	static bool (*const readers[])(struct multipart *) = {
	    [PREAMBLE] = read_content,
	    [AFTER_BOUNDARY] = read_boundary,
	    [HEAD] = read_head,
	    [AFTER_HEAD] = read_after_head,
	    [CONTENT] = read_content,
	};
	if (m->state != MULTIPART_GOING)
		return m->state;
	buf_add(&m->window, bytes, len);
	if (!buf_ok(&m->window))
		m->state = MULTIPART_BROKEN;
	while (m->state == MULTIPART_GOING && readers[m->place](m))
		continue;
	return m->state;
}
