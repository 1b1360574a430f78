/* Quotas: the 429 of an exceeded limit, and the books. */
#include <string.h>

#include "errors.h"
#include "quota_state.h"

#define QUOTA_TYPE "\"@type\":\"type.googleapis.com/google.rpc."
#define QUOTA_SERVICE "generativelanguage.googleapis.com"

static const struct {
	const char *name;
	const char *metric;
	const char *id;
} quota_kinds[QUOTA_KINDS] = {
    [QUOTA_RPM] = {"rpm", "generate_content_free_tier_requests",
	"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"},
    [QUOTA_TPM] = {"tpm", "generate_content_free_tier_input_token_count",
	"GenerateContentInputTokensPerModelPerMinute-FreeTier"},
    [QUOTA_RPD] = {"rpd", "generate_content_free_tier_requests",
	"GenerateRequestsPerDayPerProjectPerModel-FreeTier"},
    [QUOTA_TPD] = {"tpd", "generate_content_free_tier_input_token_count",
	"GenerateContentInputTokensPerModelPerDay-FreeTier"},
};

static void
quota_message(
    const struct quota_refusal *no, const char *model, struct buf *out)
{
	buf_printf(out,
	    "You exceeded your current quota, please check your plan and "
	    "billing details. For more information on this error, head to: "
	    "https://ai.google.dev/gemini-api/docs/rate-limits. To monitor "
	    "your current usage, head to: https://ai.dev/rate-limit. "
	    "\n* Quota exceeded for metric: " QUOTA_SERVICE
	    "/%s, limit: %lld, model: %s\nPlease retry in ",
	    quota_kinds[no->kind].metric, no->limit, model);
	if (no->wait_s < 1)
		buf_printf(out, "%.6fms.", no->wait_s * 1e3);
	else
		buf_printf(out, "%.9fs.", no->wait_s);
}

/* Where the quota is Google Cloud's own, it names the project as well. */
static void
quota_consumer(const struct quota_refusal *no, struct buf *out)
{
	if (no->number == NULL)
		return;
	buf_printf(out,
	    "{" QUOTA_TYPE "ErrorInfo\",\"reason\":\"RATE_LIMIT_EXCEEDED\","
	    "\"domain\":\"googleapis.com\",\"metadata\":{"
	    "\"consumer\":\"projects/%s\",\"quota_limit\":\"%s\","
	    "\"quota_limit_value\":\"%lld\",\"quota_location\":\"global\","
	    "\"quota_metric\":\"" QUOTA_SERVICE "/%s\","
	    "\"service\":\"" QUOTA_SERVICE "\"}},",
	    no->number, quota_kinds[no->kind].id, no->limit,
	    quota_kinds[no->kind].metric);
}

static void
quota_details(
    const struct quota_refusal *no, const char *model, struct buf *out)
{
	buf_text(out, "[");
	quota_consumer(no, out);
	buf_printf(out,
	    "{" QUOTA_TYPE "QuotaFailure\",\"violations\":[{"
	    "\"quotaMetric\":\"" QUOTA_SERVICE "/%s\",\"quotaId\":\"%s\","
	    "\"quotaDimensions\":{\"location\":\"global\",\"model\":",
	    quota_kinds[no->kind].metric, quota_kinds[no->kind].id);
	buf_json(out, model, strlen(model));
	buf_printf(out, "},\"quotaValue\":\"%lld\"}]},", no->limit);
	buf_text(out,
	    "{" QUOTA_TYPE "Help\",\"links\":[{\"description\":"
	    "\"Learn more about Gemini API quotas\",\"url\":"
	    "\"https://ai.google.dev/gemini-api/docs/rate-limits\"}]},");
	buf_printf(out, "{" QUOTA_TYPE "RetryInfo\",\"retryDelay\":");
	if (no->whole)
		buf_printf(out, "\"%.0fs\"}]", (double)(long long)no->wait_s);
	else
		buf_printf(out, "\"%.3fs\"}]", no->wait_s);
}

void
quota_answer(const struct quota_refusal *no, const char *model, struct buf *out)
{
	struct buf message = {0}, details = {0};

	quota_message(no, model, &message);
	quota_details(no, model, &details);
	errors_plain(out, 429, buf_str(&message), buf_str(&details), true);
	buf_clear(&message);
	buf_clear(&details);
}

static void
quota_write_use(const struct quota_use *use, struct buf *out)
{
	buf_json(out, use->model, strlen(use->model));
	buf_printf(out,
	    ":{\"ok\":%lld,\"tokens\":%lld,\"overloaded\":%lld,"
	    "\"most_requests\":%lld,\"most_tokens\":%lld,\"refused\":{",
	    use->ok, use->day[1], use->overloaded, use->most_requests,
	    use->most_tokens);
	for (size_t i = 0; i < QUOTA_KINDS; i++)
		buf_printf(out, "%s\"%s\":%lld", i > 0 ? "," : "",
		    quota_kinds[i].name, use->refused[i]);
	buf_text(out, "}}");
}

static void
quota_write_projects(const struct quota *q, struct buf *out)
{
	buf_text(out, "{\"projects\":{");
	for (size_t i = 0; i < q->n_projects; i++) {
		const struct quota_project *p = &q->projects[i];

		buf_text(out, i > 0 ? ",\n" : "\n");
		buf_json(out, p->name, strlen(p->name));
		buf_text(out, ":{");
		for (const struct quota_use *use = p->uses; use != NULL;
		     use = use->next) {
			if (use != p->uses)
				buf_text(out, ",");
			quota_write_use(use, out);
		}
		buf_text(out, "}");
	}
	buf_text(out, "},\n");
}

static void
quota_write_keys(
    const struct quota *q, struct buf *out, const char *name, bool dead)
{
	const char *comma = "";

	buf_printf(out, "\"%s\":{", name);
	for (size_t i = 0; i < q->n_keys; i++) {
		if ((q->keys[i].error != NULL) != dead)
			continue;
		buf_text(out, comma);
		buf_json(out, q->keys[i].key, strlen(q->keys[i].key));
		buf_printf(out, ":%lld", q->keys[i].calls);
		comma = ",";
	}
	buf_text(out, "},");
}

void
quota_write(const struct quota *q, struct buf *out)
{
	long long ok = 0, overloaded = 0, refused = 0, dead = 0;

	for (size_t i = 0; i < q->n_projects; i++)
		for (const struct quota_use *use = q->projects[i].uses;
		     use != NULL; use = use->next) {
			ok += use->ok;
			overloaded += use->overloaded;
			for (size_t k = 0; k < QUOTA_KINDS; k++)
				refused += use->refused[k];
		}
	for (size_t i = 0; i < q->n_keys; i++)
		if (q->keys[i].error != NULL)
			dead += q->keys[i].calls;
	quota_write_projects(q, out);
	quota_write_keys(q, out, "keys", false);
	quota_write_keys(q, out, "dead", true);
	buf_printf(out,
	    "\"unknown\":%lld,\"ok\":%lld,\"overloaded\":%lld,"
	    "\"wasted\":{\"quota\":%lld,\"dead\":%lld}}\n",
	    q->unknown, ok, overloaded, refused, dead);
}
