/* Our own address. */
#include "gateway/public_url.h"

#include "base/setting.h"
#include "base/text.h"
#include "base/url.h"
#include "gateway/service.h"
#include "web/call.h"

bool
public_url(struct service *s, struct buf *out)
{
	const char *set = settings_text(s->settings, SETTING_ID_PUBLIC_URL);
	const char *host = web_header(s->call, "host");
	bool tls =
	    text_same(web_variable(s->call, "REQUEST_SCHEME"), "https") ||
	    text_same(web_variable(s->call, "HTTPS"), "on");
	if (*set != '\0') {
		buf_str(out, set);
		return true;
	}
	if (!url_is_authority(host))
		return false;
	buf_fmt(
	    out, "%s://%s%s", tls ? "https" : "http", host, web_base(s->call));
	return true;
}
