/* Names of resources, in the forms that they have. */
#include "protocol/resource_kind.h"

#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "base/url.h"

#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)

static const struct resource_kind kinds[] = {
    {"files", false, 48 * HOUR},
    {"generatedFiles", false, 48 * HOUR},
    {"cachedContents", false, 30 * DAY},
    {"batches", false, 60 * DAY},
    {"operations", false, 60 * DAY},
    {"fileSearchStores", false, 0},
    {"tunedModels", false, 0},
    {"corpora", false, 0},
    {"interactions", true, 60 * DAY},
    {"agents", true, 0},
    {"credentials", true, 0},
    {"environments", true, 0},
    {"triggers", true, 0},
    {"voices", true, 0},
    {"webhooks", true, 0},
};

#define MAX_PART 256

const struct resource_kind *
resource_kind_of(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strlen(kinds[i].name) == len &&
		    memcmp(kinds[i].name, name, len) == 0)
			return &kinds[i];
	return NULL;
}

/* One part between slashes. */
struct part {
	const char *text;
	size_t len;
};

/* The part at *p; goes on behind the slash that ends it. */
static struct part
next_part(const char **p, const char *end)
{
	struct part part = {*p, 0};
	while (*p < end && **p != '/')
		(*p)++;
	part.len = (size_t)(*p - part.text);
	*p += *p < end;
	return part;
}

static bool
is(struct part part, const char *word)
{
	return part.len == strlen(word) &&
	    memcmp(part.text, word, part.len) == 0;
}

/* The part up to a method or query; empty if it is no name. */
static struct part
as_id(struct part part)
{
	static const char chars[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789._~-";
	size_t n = 0;
	while (n < part.len && part.text[n] != '\0' &&
	    strchr(chars, part.text[n]) != NULL)
		n++;
	bool ends = n == part.len || strchr(":?#", part.text[n]) != NULL;
	bool good = ends && n > 0 && n <= MAX_PART && *part.text != '.';
	part.len = good ? n : 0;
	return part;
}

static const struct resource_kind *
write(struct buf *out, const struct resource_kind *kind, struct part model,
    struct part id)
{
	id = as_id(id);
	if (id.len == 0)
		return NULL;
	if (model.len > 0)
		buf_fmt(out, "models/%.*s/", (int)model.len, model.text);
	buf_fmt(out, "%s/%.*s", kind->name, (int)id.len, id.text);
	return kind;
}

/* Without scheme and host, and the slash before the path. */
static const char *
path_of(const char *text, const char *end)
{
	bool url = end - text > 8 &&
	    (strncasecmp(text, "https://", 8) == 0 ||
		strncasecmp(text, "http://", 7) == 0);
	if (url) {
		text = memchr(text + 8, '/', (size_t)(end - text - 8));
		if (text == NULL)
			return end;
	}
	return text + (text < end && *text == '/');
}

/* What may stand before the name in a path. */
static bool
is_before(struct part part)
{
	static const char *const words[] = {"v1beta", "v1alpha", "v1",
	    "v1beta1", "gemini", "openai", "download", "upload"};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (is(part, words[i]))
			return true;
	return false;
}

const struct resource_kind *
resource_kind_read(const char *text, size_t len, struct buf *out)
{
	const char *end = text + len;
	const char *p = path_of(text, end);
	struct part none = {"", 0}, model = none;
	struct part part = next_part(&p, end);
	while (p < end && is_before(part))
		part = next_part(&p, end);
	if (is(part, "models")) {
		model = as_id(next_part(&p, end));
		part = next_part(&p, end);
		if (model.len == 0 || !is(part, "operations"))
			return NULL;
	}
	const struct resource_kind *kind =
	    resource_kind_of(part.text, part.len);
	if (kind == NULL)
		return NULL;
	part = next_part(&p, end);
	/* OpenAI's form of it: batches/batches/x. */
	if (is(part, kind->name) && p < end)
		part = next_part(&p, end);
	return write(out, kind, model, part);
}
