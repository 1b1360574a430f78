/* The list of models, asked for before a client waits for it. */
#include <string.h>

#include "base/json.h"
#include "base/setting.h"
#include "jobs/job.h"
#include "store/db.h"
#include "store/models.h"
#include "store/requests.h"

#define POOL "gemini"
#define LEAST_S 3600
#define LIMIT_MS 15000
#define MAX_KEYS 3
#define MAX_PAGES 20

int64_t
job_models_every_s(const struct settings *settings)
{
	int64_t kept = settings_int(settings, SETTING_ID_MODELS_CACHE_SECONDS);
	return kept > LEAST_S ? kept : LEAST_S;
}

/* Append a page's models to the list. True with the path of the next page, ""
 * for the last. */
static bool
take_page(const struct buf *answer, struct json_object *list, struct buf *path)
{
	struct json_object *page =
	    json_parse(buf_cstr(answer), answer->len, NULL);
	struct json_object *models = json_get(page, "models");
	const char *next = json_get_text(page, "nextPageToken");
	bool ok = json_object_is_type(models, json_type_array);
	for (size_t i = 0; i < json_count(models); i++)
		json_object_array_add(
		    list, json_object_get(json_at(models, i)));
	buf_reset(path);
	if (next != NULL && *next != '\0') {
		buf_str(path, "/models?pageSize=1000&pageToken=");
		for (; *next != '\0'; next++)
			buf_fmt(path, "%%%02X", (unsigned char)*next);
	}
	json_object_put(page);
	return ok;
}

/* What asking for it came to, where there is no list. */
struct vain {
	bool left_off; /* somebody wants the process: it says nothing */
	struct buf why;
};

/* The whole list with one key; NULL with the reason in vain. */
static struct json_object *
ask(struct job_run *run, const struct lease *key, struct vain *vain)
{
	struct json_object *list = json_object_new_array();
	struct buf path;
	bool ok = true;
	buf_init(&path, BUF_SMALL);
	buf_str(&path, "/models?pageSize=1000");
	for (int i = 0; ok && path.len > 0 && i < MAX_PAGES; i++) {
		struct direct way = job_direct(run, LIMIT_MS);
		struct direct_call call = {.pool = POOL,
		    .secret = key->secret,
		    .scope = key->scope,
		    .path = buf_cstr(&path)};
		direct_run(&way, &call, 1);
		ok = call.end == ATTEMPT_ANSWERED &&
		    take_page(&call.answer, list, &path);
		if (!ok) {
			vain->left_off = call.end == ATTEMPT_CLIENT_GONE;
			buf_reset(&vain->why);
			buf_fmt(&vain->why, "%s%s%s", call.verdict.reason,
			    call.evidence.len > 0 ? ": " : "",
			    buf_cstr(&call.evidence));
		}
		direct_clear(&call);
	}
	buf_clear(&path);
	if (ok)
		return list;
	json_object_put(list);
	return NULL;
}

/* The list, by the next keys in turn; NULL with the reason in vain. */
static struct json_object *
find_list(struct job_run *run, int64_t *key_id, struct vain *vain)
{
	const struct request_facts facts = {.pool = POOL, .model = "-"};
	int64_t tried[MAX_KEYS];
	struct json_object *list = NULL;
	int n = 0;
	buf_str(&vain->why, "no key is free");
	vain->left_off = true;
	while (list == NULL && n < MAX_KEYS && job_goes_on(run)) {
		struct lease lease;
		vain->left_off = false;
		if (requests_lease_more(
			run->db, run->master, &facts, tried, n, &lease, 1) == 0)
			break;
		list = ask(run, &lease, vain);
		*key_id = tried[n++] = lease.key_id;
		lease_clear(&lease);
	}
	return list;
}

/* No list came. A pool that rests or is empty is nothing that failed, nor is
 * a run that made room for somebody: that is due again. */
static bool
end_in_vain(struct job_run *run, bool asked, const struct vain *vain,
    struct buf *message)
{
	if (vain->left_off) {
		run->more = true;
		buf_str(message, "left off: the process was wanted");
		return models_release(run->db);
	}
	buf_join(message, &vain->why);
	return models_fail(run->db, buf_cstr(&vain->why)) && !asked;
}

bool
job_models(struct job_run *run, struct buf *message)
{
	int64_t max_age_ms =
	    settings_int(run->settings, SETTING_ID_MODELS_CACHE_SECONDS) * 1000;
	int64_t key_id = 0;
	struct vain vain = {.left_off = false};
	if (!models_claim(run->db, max_age_ms)) {
		buf_str(message, "the list is fresh");
		return true;
	}
	buf_init(&vain.why, BUF_SMALL);
	struct json_object *list = find_list(run, &key_id, &vain);
	bool ok = list != NULL ? models_put(run->db, list, key_id)
			       : end_in_vain(run, key_id != 0, &vain, message);
	if (list != NULL && ok)
		buf_fmt(message, "%zu models", json_count(list));
	else if (list != NULL)
		buf_str(message, db_error(run->db));
	json_object_put(list);
	buf_clear(&vain.why);
	return ok;
}
