/* Secrets of settings, as far as they may be seen. */
#include "admin/setting_mask.h"

#include "base/alert_receiver.h"
#include "base/proxy_url.h"
#include "base/text.h"

/* A proxy without a password is no secret. */
bool
setting_is_open(enum setting_id id, const char *text)
{
	struct proxy_url url;
	const char *why;
	if (!setting_is_secret(setting_def(id)))
		return true;
	if (!setting_has_choice(setting_def(id), "proxy"))
		return false;
	bool ok = proxy_url_read(&url, text, &why) && url.user == NULL &&
	    url.password == NULL;
	proxy_url_clear(&url);
	return ok;
}

static void
mask_proxy(const char *text, struct buf *out)
{
	struct proxy_url url;
	const char *why;
	buf_str(out, proxy_url_read(&url, text, &why) ? url.name : "…");
	proxy_url_clear(&url);
}

static void
mask_receiver(const char *text, struct buf *out)
{
	struct alert_receiver r;
	const char *why;
	buf_str(out, alert_receiver_read(&r, text, &why) ? r.name : "…");
	alert_receiver_clear(&r);
}

void
setting_mask(enum setting_id id, const char *text, struct buf *out)
{
	const struct setting_def *def = setting_def(id);
	if (setting_has_choice(def, "proxy"))
		mask_proxy(text, out);
	else if (setting_has_choice(def, "receiver"))
		mask_receiver(text, out);
	else
		text_mask(out, text);
}
