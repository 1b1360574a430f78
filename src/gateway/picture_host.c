/* Putting pictures on image hosts. */
#include "gateway/picture_host.h"

#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "gateway/picture_store.h"
#include "gateway/service.h"
#include "protocol/picture_provider.h"
#include "upstream/host_upload.h"
#include "web/call.h"

/* What hosts answer is short. */
#define MAX_ANSWER ((size_t)256 * 1024)
/* A network that we are not in lets connections hang. */
#define INNER_CONNECT_MS 2000
#define NAME_BYTES 16

/* One picture on its way. */
struct hosting {
	struct service *service;
	const struct picture_provider *provider; /* NULL: the built-in one */
	struct picture_account account;
	const struct picture_type *type;
	const char *base64; /* plain */
	size_t len;
	int64_t end_ms; /* clock_mono_ms() */
	struct buf *url, *why;
};

/* --- the account --------------------------------------------------------- */

static struct picture_account
account_of(const struct settings *set)
{
	return (struct picture_account){
	    .smms_url = settings_text(set, SETTING_ID_SMMS_API_URL),
	    .smms_token = settings_text(set, SETTING_ID_SMMS_SECRET_TOKEN),
	    .picgo_url = settings_text(set, SETTING_ID_PICGO_API_URL),
	    .picgo_key = settings_text(set, SETTING_ID_PICGO_API_KEY),
	    .cloudflare_url =
		settings_text(set, SETTING_ID_CLOUDFLARE_IMGBED_URL),
	    .cloudflare_code =
		settings_text(set, SETTING_ID_CLOUDFLARE_IMGBED_AUTH_CODE),
	    .cloudflare_folder =
		settings_text(set, SETTING_ID_CLOUDFLARE_IMGBED_UPLOAD_FOLDER),
	    .oss_endpoint = settings_text(set, SETTING_ID_OSS_ENDPOINT),
	    .oss_inner = settings_text(set, SETTING_ID_OSS_ENDPOINT_INNER),
	    .oss_id = settings_text(set, SETTING_ID_OSS_ACCESS_KEY),
	    .oss_secret = settings_text(set, SETTING_ID_OSS_ACCESS_KEY_SECRET),
	    .oss_bucket = settings_text(set, SETTING_ID_OSS_BUCKET_NAME),
	    .oss_region = settings_text(set, SETTING_ID_OSS_REGION),
	};
}

/* The host of the settings, if its account is complete; else NULL. */
static const struct picture_provider *
provider_of(const struct settings *set, const struct picture_account *account)
{
	const struct picture_provider *p = picture_provider_find(
	    settings_text(set, SETTING_ID_UPLOAD_PROVIDER));
	return p != NULL && p->has(account) ? p : NULL;
}

/* Does the text quote the secret, as it is or as it stands in a query? */
static bool
quotes(const char *text, const char *secret)
{
	struct buf escaped;
	buf_init(&escaped, BUF_SMALL);
	url_escape(&escaped, secret);
	bool found = *secret != '\0' &&
	    (strstr(text, secret) != NULL ||
		strstr(text, buf_cstr(&escaped)) != NULL);
	buf_clear(&escaped);
	return found;
}

static bool
quotes_account(const char *text, const struct picture_account *a)
{
	const char *const secrets[] = {a->smms_token, a->picgo_key,
	    a->cloudflare_code, a->oss_id, a->oss_secret};
	for (size_t i = 0; i < COUNT_OF(secrets); i++)
		if (quotes(text, secrets[i]))
			return true;
	return false;
}

/* --- the file ------------------------------------------------------------ */

/* Now, as HTTP writes it in every language. */
static void
write_date(const struct tm *tm, struct buf *out)
{
	static const char days[][4] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	buf_fmt(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm->tm_wday],
	    tm->tm_mday, months[tm->tm_mon], tm->tm_year + 1900, tm->tm_hour,
	    tm->tm_min, tm->tm_sec);
}

/* Nobody guesses it. */
static void
write_name(const struct picture_type *type, struct buf *out)
{
	uint8_t bytes[NAME_BYTES];
	crypt_random(bytes, sizeof(bytes));
	text_hex(out, bytes, sizeof(bytes));
	buf_fmt(out, ".%s", type->ending);
}

/* --- the upload ---------------------------------------------------------- */

static bool
still_wanted(void *ctx)
{
	const struct hosting *h = ctx;
	return !web_gone(h->service->call);
}

/* Send it to one place, and read the answer. */
static enum host_end
send(struct hosting *h, const struct picture_file *file,
    const struct picture_request *request, bool *ok)
{
	const struct settings *set = h->service->settings;
	long connect_ms =
	    (long)settings_int(set, SETTING_ID_CONNECT_TIMEOUT) * 1000;
	int64_t left = h->end_ms - clock_mono_ms();
	const struct host_upload upload = {
	    .url = buf_cstr(&request->url),
	    .headers = buf_cstr(&request->headers),
	    .field = h->provider->field,
	    .name = file->name,
	    .type = file->mime,
	    .base64 = h->base64,
	    .len = h->len,
	    .total_ms = left < 1 ? 1 : (long)left,
	    .connect_ms = request->inner ? INNER_CONNECT_MS : connect_ms,
	    .tick = still_wanted,
	    .ctx = h,
	};
	struct buf body;
	struct picture_answer answer = {0};
	buf_init(&body, MAX_ANSWER);
	enum host_end end =
	    host_upload_run(&upload, &answer.status, &body, h->why);
	answer.body = buf_cstr(&body);
	answer.len = body.len;
	*ok = end == HOST_ANSWERED &&
	    picture_provider_read(
		h->provider, &h->account, file, &answer, h->url, h->why);
	buf_clear(&body);
	return end;
}

/* One attempt. *inner: it went to an endpoint that was not reached. */
static bool
try_file(struct hosting *h, const struct picture_file *file, bool *inner)
{
	struct picture_request request = {.inner = false};
	bool ok = false;
	buf_init(&request.url, BUF_SMALL);
	buf_init(&request.headers, BUF_SMALL);
	enum host_end end = HOST_FAILED;
	if (h->provider->ask(&h->account, file, &request))
		end = send(h, file, &request, &ok);
	else
		buf_str(h->why, "libcrypto does not sign it");
	*inner = request.inner && end == HOST_UNREACHABLE;
	buf_clear(&request.url);
	buf_clear(&request.headers);
	return ok;
}

static bool
upload_file(struct hosting *h, const struct picture_file *file)
{
	bool inner;
	bool ok = try_file(h, file, &inner);
	if (!inner)
		return ok;
	/* We are not in the network of that endpoint. */
	h->account.oss_inner = "";
	buf_reset(h->why);
	return try_file(h, file, &inner);
}

static bool
upload(struct hosting *h)
{
	struct buf name, folder, date, md5;
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm tm;
	gmtime_r(&now, &tm);
	buf_init(&name, BUF_SMALL);
	buf_init(&folder, BUF_SMALL);
	buf_init(&date, BUF_SMALL);
	buf_init(&md5, BUF_SMALL);
	write_name(h->type, &name);
	write_date(&tm, &date);
	buf_fmt(&folder, "%04d/%02d/%02d", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday);
	bool ok =
	    h->provider->field != NULL || digest_md5(&md5, h->base64, h->len);
	if (!ok)
		buf_str(h->why, "libcrypto makes no MD5 of it");
	const struct picture_file file = {
	    .mime = h->type->mime,
	    .name = buf_cstr(&name),
	    .folder = buf_cstr(&folder),
	    .date = buf_cstr(&date),
	    .md5 = buf_cstr(&md5),
	};
	ok = ok && upload_file(h, &file);
	buf_clear(&name);
	buf_clear(&folder);
	buf_clear(&date);
	buf_clear(&md5);
	return ok;
}

/* --- either -------------------------------------------------------------- */

/* Put it wherever it belongs; h->base64 is plain. */
static bool
put(struct hosting *h, const char *mime)
{
	h->type = picture_type_of(mime, h->base64, h->len);
	if (h->type == NULL) {
		buf_str(h->why, "it is of no kind that is put there");
		return false;
	}
	if (clock_mono_ms() >= h->end_ms) {
		buf_str(h->why, "no time is left");
		return false;
	}
	if (h->provider == NULL)
		return picture_store_put(h->service, h->type, h->base64, h->len,
		    h->end_ms, h->url, h->why);
	return upload(h);
}

static void
log_failure(const struct hosting *h)
{
	const char *why = buf_cstr(h->why);
	bool gone = web_gone(h->service->call);
	log_request(gone ? LOG_DEBUG : LOG_WARNING, h->service->request_id,
	    "a picture could not be put on %s: %s",
	    h->provider == NULL ? "the builtin image host" : h->provider->name,
	    quotes_account(why, &h->account)
		? "its words quote a secret and are not repeated"
		: why);
}

bool
picture_host_put(struct service *s, const char *mime, const char *base64,
    size_t len, int64_t limit_ms, struct buf *url)
{
	const struct settings *set = s->settings;
	struct buf plain, address, why;
	struct hosting h = {
	    .service = s,
	    .account = account_of(set),
	    .base64 = base64,
	    .len = len,
	    .url = &address,
	    .why = &why,
	};
	int64_t most = settings_int(set, SETTING_ID_UPLOAD_TIMEOUT) * 1000;
	h.end_ms = clock_mono_ms() + (limit_ms < most ? limit_ms : most);
	h.provider = provider_of(set, &h.account);
	buf_init(&plain, BUF_LARGE);
	buf_init(&address, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	bool ok = true;
	if (!base64_is_plain(base64, len)) {
		ok = base64_tidy(&plain, base64, len) && buf_ok(&plain);
		h.base64 = buf_cstr(&plain);
		h.len = plain.len;
	}
	if (!ok)
		buf_str(&why, "it is no base64");
	ok = ok && put(&h, mime) && buf_ok(&address);
	if (ok)
		buf_join(url, &address);
	else
		log_failure(&h);
	buf_clear(&plain);
	buf_clear(&address);
	buf_clear(&why);
	return ok && buf_ok(url);
}

bool
picture_host_in_chat(const struct settings *set)
{
	const struct picture_account account = account_of(set);
	const char *when = settings_text(set, SETTING_ID_CHAT_PICTURE_LINKS);
	return strcmp(when, "always") == 0 ||
	    (strcmp(when, "account") == 0 &&
		provider_of(set, &account) != NULL);
}
