/* The table of image hosts, and those that speak JSON. */
#include "protocol/picture_provider.h"

#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/url.h"
#include "protocol/picture_provider_parts.h"

/* Addresses are shorter, and so is what a host has to say. */
#define MAX_URL 2048
#define MAX_WORDS 200

/* With this URL the key of PicGo goes in a header, with others in the query:
 * Chevereto takes both, but proxies in front of it often only one. */
#define PICGO_HOST "https://www.picgo.net/"

void
picture_request_add(
    struct picture_request *request, const char *name, const char *value)
{
	buf_fmt(&request->headers, "%s: ", name);
	for (; *value != '\0'; value++)
		buf_byte(&request->headers,
		    iscntrl((unsigned char)*value) ? ' ' : *value);
	buf_byte(&request->headers, '\n');
}

/* Append a parameter to a URL, whose query it may begin. */
static void
add_parameter(struct buf *url, const char *name, const char *value)
{
	buf_byte(url, strchr(buf_cstr(url), '?') == NULL ? '?' : '&');
	buf_fmt(url, "%s=", name);
	url_escape(url, value);
}

static bool
tell_text(struct buf *url, const char *text)
{
	if (text == NULL || *text == '\0')
		return false;
	buf_str(url, text);
	return true;
}

static struct json_object *
parse(const struct picture_answer *answer)
{
	return json_parse(answer->body, answer->len, NULL);
}

static bool
is_good(const struct picture_answer *answer)
{
	return answer->status >= 200 && answer->status < 300;
}

/* --- SM.MS --------------------------------------------------------------- */

static bool
smms_has(const struct picture_account *a)
{
	return *a->smms_token != '\0';
}

static bool
smms_ask(const struct picture_account *a, const struct picture_file *file,
    struct picture_request *request)
{
	struct buf authorization;
	(void)file;
	buf_init(&authorization, BUF_SMALL);
	buf_fmt(&authorization, "Basic %s", a->smms_token);
	buf_str(&request->url, a->smms_url);
	picture_request_add(request, "Authorization", buf_cstr(&authorization));
	buf_clear(&authorization);
	return true;
}

/* {"success":true,"data":{"url":…}}; or, if it has that picture already,
 * {"success":false,"code":"image_repeated","images":"https://…"}. */
static bool
smms_tell(const struct picture_account *a, const struct picture_file *file,
    const struct picture_answer *answer, struct buf *url)
{
	struct json_object *o = parse(answer);
	const char *text = NULL;
	(void)a, (void)file;
	if (text_same(json_get_text(o, "code"), "image_repeated"))
		text = json_get_text(o, "images");
	else if (is_good(answer) && json_get_bool(o, "success"))
		text = json_get_text(json_get(o, "data"), "url");
	bool told = tell_text(url, text);
	json_object_put(o);
	return told;
}

/* --- PicGo, which is Chevereto ------------------------------------------- */

static bool
picgo_has(const struct picture_account *a)
{
	return *a->picgo_key != '\0' && *a->picgo_url != '\0';
}

static bool
picgo_ask(const struct picture_account *a, const struct picture_file *file,
    struct picture_request *request)
{
	(void)file;
	buf_str(&request->url, a->picgo_url);
	if (text_starts(a->picgo_url, PICGO_HOST))
		picture_request_add(request, "X-API-Key", a->picgo_key);
	else
		add_parameter(&request->url, "key", a->picgo_key);
	return true;
}

/* {"success":true,"result":["https://…"]} of PicGo's own server, or
 * {"status_code":200,"image":{"url":…}} of Chevereto. */
static bool
picgo_tell(const struct picture_account *a, const struct picture_file *file,
    const struct picture_answer *answer, struct buf *url)
{
	struct json_object *o = parse(answer);
	struct json_object *first = json_at(json_get(o, "result"), 0);
	const char *text = NULL;
	(void)a, (void)file;
	if (json_get_bool(o, "success") &&
	    json_object_is_type(first, json_type_string))
		text = json_object_get_string(first);
	else if (json_get_int(o, "status_code", 0) == 200)
		text = json_get_text(json_get(o, "image"), "url");
	bool told = is_good(answer) && tell_text(url, text);
	json_object_put(o);
	return told;
}

/* --- Cloudflare ImgBed --------------------------------------------------- */

static bool
cloudflare_has(const struct picture_account *a)
{
	return *a->cloudflare_url != '\0' && *a->cloudflare_code != '\0';
}

static bool
cloudflare_ask(const struct picture_account *a, const struct picture_file *file,
    struct picture_request *request)
{
	(void)file;
	buf_str(&request->url, a->cloudflare_url);
	if (*a->cloudflare_folder != '\0')
		add_parameter(
		    &request->url, "uploadFolder", a->cloudflare_folder);
	add_parameter(&request->url, "authCode", a->cloudflare_code);
	add_parameter(&request->url, "uploadNameType", "origin");
	return true;
}

/* What addresses on the host begin with: its URL up to the last "/upload" of
 * the path. */
static size_t
cloudflare_root(const char *text)
{
	struct url url;
	if (!url_split(text, &url))
		return 0;
	size_t root = (size_t)(url.rest - text);
	size_t end = root + strcspn(url.rest, "?#");
	for (const char *p = url.rest; (p = strstr(p, "/upload")) != NULL; p++)
		if ((size_t)(p - text) < end)
			root = (size_t)(p - text);
	return root;
}

/* [{"src":"/file/…"}] */
static bool
cloudflare_tell(const struct picture_account *a,
    const struct picture_file *file, const struct picture_answer *answer,
    struct buf *url)
{
	struct json_object *o = parse(answer);
	const char *src = json_get_text(json_at(o, 0), "src");
	bool told = is_good(answer) && src != NULL && *src != '\0';
	(void)file;
	if (told && url_rest(src) == NULL) {
		buf_add(
		    url, a->cloudflare_url, cloudflare_root(a->cloudflare_url));
		if (*src != '/')
			buf_byte(url, '/');
	}
	told = told && tell_text(url, src);
	json_object_put(o);
	return told;
}

/* --- the table ----------------------------------------------------------- */

static const struct picture_provider providers[] = {
    {"smms", "smfile", smms_has, smms_ask, smms_tell},
    {"picgo", "source", picgo_has, picgo_ask, picgo_tell},
    {"cloudflare_imgbed", "file", cloudflare_has, cloudflare_ask,
	cloudflare_tell},
    {"aliyun_oss", NULL, picture_oss_has, picture_oss_ask, picture_oss_tell},
};

const struct picture_provider *
picture_provider_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(providers); i++)
		if (strcmp(providers[i].name, name) == 0)
			return &providers[i];
	return NULL;
}

/* --- what comes back ----------------------------------------------------- */

/* The words of a refusal, whatever the host calls them; or <Code> of XML. */
static void
add_words(const struct picture_answer *answer, struct buf *why)
{
	static const char code[] = "<Code>";
	struct json_object *o = parse(answer);
	const char *words = json_get_text(json_get(o, "error"), "message");
	if (words == NULL)
		words = json_get_text(o, "message");
	if (words == NULL)
		words = json_get_text(o, "error");
	if (words != NULL)
		buf_fmt(why, ": %.*s", (int)text_cut(words, MAX_WORDS), words);
	json_object_put(o);

	const char *xml = answer->len == 0
	    ? NULL
	    : memmem(answer->body, answer->len, code, sizeof(code) - 1);
	if (words == NULL && xml != NULL) {
		xml += sizeof(code) - 1;
		size_t left = answer->len - (size_t)(xml - answer->body);
		buf_str(why, ": ");
		for (size_t i = 0; i < left && i < MAX_WORDS &&
		     isalnum((unsigned char)xml[i]);
		     i++)
			buf_byte(why, xml[i]);
	}
}

/* Append the address; what would end it inside of a text is escaped. */
static bool
add_clean(struct buf *url, const struct buf *told)
{
	if (url_rest(buf_cstr(told)) == NULL || told->len > MAX_URL)
		return false;
	for (size_t i = 0; i < told->len; i++) {
		unsigned char c = (unsigned char)told->data[i];
		if (c <= ' ' || c >= 0x7f || strchr("()<>\"\\`", c) != NULL)
			buf_fmt(url, "%%%02X", c);
		else
			buf_byte(url, (char)c);
	}
	return true;
}

bool
picture_provider_read(const struct picture_provider *provider,
    const struct picture_account *account, const struct picture_file *file,
    const struct picture_answer *answer, struct buf *url, struct buf *why)
{
	struct buf told;
	buf_init(&told, BUF_SMALL);
	bool ok = provider->tell(account, file, answer, &told) &&
	    buf_ok(&told) && add_clean(url, &told);
	if (!ok) {
		buf_fmt(why, "it answered with status %d and no address",
		    answer->status);
		add_words(answer, why);
	}
	buf_clear(&told);
	return ok;
}
