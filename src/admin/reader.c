/* Readers of pages. */
#include "admin/reader.h"

#include <stdio.h>
#include <string.h>

#include "admin/visit.h"
#include "base/attr.h"
#include "base/file.h"
#include "base/log.h"
#include "base/setting.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/catalog.h"
#include "web/cookie.h"
#include "web/language.h"

#define MAX_CATALOG ((size_t)4 * 1024 * 1024)

const struct reader_choice reader_languages[] = {
    {"en", "English"},
    {"zh-CN", "简体中文"},
};
const size_t reader_n_languages = COUNT_OF(reader_languages);

const struct reader_choice reader_themes[] = {
    {"auto", N_("as the system")},
    {"light", N_("light")},
    {"dark", N_("dark")},
};
const size_t reader_n_themes = COUNT_OF(reader_themes);

/* Beside them: the files of the catalogues, each read once in the life of this
 * process. */
static struct {
	const char *file;
	bool tried;
	struct catalog *catalog;
} catalogs[COUNT_OF(reader_languages)] = {
    {NULL, true, NULL},
    {"zh_CN.mo", false, NULL},
};

static const struct catalog *
need_catalog(struct service *s, size_t language)
{
	struct buf path, bytes, why;
	if (catalogs[language].tried)
		return catalogs[language].catalog;
	catalogs[language].tried = true;
	buf_init(&path, BUF_SMALL);
	buf_init(&bytes, MAX_CATALOG);
	buf_init(&why, BUF_SMALL);
	buf_fmt(&path, "%s/%s", s->message_dir, catalogs[language].file);
	if (file_read(buf_cstr(&path), &bytes, &why))
		catalogs[language].catalog =
		    catalog_new(buf_cstr(&bytes), bytes.len, &why);
	if (catalogs[language].catalog == NULL)
		log_line(LOG_WARNING, "pages are in English only: %s: %s",
		    buf_cstr(&path), buf_cstr(&why));
	buf_clear(&path);
	buf_clear(&bytes);
	buf_clear(&why);
	return catalogs[language].catalog;
}

/* --- what is chosen ------------------------------------------------------ */

/* The choice of a cookie; n: none of them. */
static size_t
find_choice(const char *cookies, const char *name,
    const struct reader_choice *choices, size_t n)
{
	struct buf value;
	size_t i = 0;
	buf_init(&value, BUF_SMALL);
	cookie_get(cookies, name, &value);
	while (i < n && strcmp(choices[i].tag, buf_cstr(&value)) != 0)
		i++;
	buf_clear(&value);
	return i;
}

static size_t
preferred_language(struct service *s)
{
	const char *tags[COUNT_OF(reader_languages)];
	for (size_t i = 0; i < reader_n_languages; i++)
		tags[i] = reader_languages[i].tag;
	return language_choose(
	    web_header(s->call, "accept-language"), tags, reader_n_languages);
}

static void
find_zone(struct reader *r, struct service *s, const char *cookies)
{
	struct buf value;
	buf_init(&value, BUF_SMALL);
	cookie_get(cookies, "zone", &value);
	const char *zone = buf_cstr(&value);
	r->has_zone = zone_exists(zone);
	if (!r->has_zone)
		zone = settings_text(s->settings, SETTING_ID_TIMEZONE);
	snprintf(
	    r->zone, sizeof(r->zone), "%s", zone_exists(zone) ? zone : "UTC");
	buf_clear(&value);
}

void
reader_find(struct reader *r, struct service *s)
{
	const char *cookies = web_header(s->call, "cookie");
	memset(r, 0, sizeof(*r));
	r->language = find_choice(
	    cookies, "language", reader_languages, reader_n_languages);
	if (r->language == reader_n_languages)
		r->language = preferred_language(s);
	r->catalog = need_catalog(s, r->language);
	r->theme =
	    find_choice(cookies, "theme", reader_themes, reader_n_themes) %
	    reader_n_themes;
	find_zone(r, s, cookies);
}

/* --- what it means ------------------------------------------------------- */

const char *
reader_say(const struct reader *r, const char *one, const char *many, int64_t n)
{
	const char *said =
	    r->catalog == NULL ? NULL : catalog_say(r->catalog, one, many, n);
	if (said != NULL)
		return said;
	return many == NULL || n == 1 ? one : many;
}

static const char *
say(void *ctx, const char *one, const char *many, int64_t n)
{
	return reader_say(ctx, one, many, n);
}

static void
tell_time(void *ctx, const char *utc, enum zone_form form, struct buf *out)
{
	(void)ctx;
	if (!zone_tell(utc, form, out))
		buf_str(out, utc);
}

struct template_reader
reader_for_templates(struct reader *r)
{
	return (struct template_reader){r, say, tell_time};
}
