/* The table of the pages. */
#include "admin/admin.h"

#include "admin/about.h"
#include "admin/alerts_page.h"
#include "admin/asset.h"
#include "admin/dashboard.h"
#include "admin/files_page.h"
#include "admin/install.h"
#include "admin/jobs_page.h"
#include "admin/key_actions.h"
#include "admin/key_add.h"
#include "admin/key_attention.h"
#include "admin/key_list.h"
#include "admin/key_page.h"
#include "admin/key_reveal.h"
#include "admin/log_delete.h"
#include "admin/log_export.h"
#include "admin/log_list.h"
#include "admin/model_compare.h"
#include "admin/model_list.h"
#include "admin/model_page.h"
#include "admin/model_price.h"
#include "admin/model_use.h"
#include "admin/page.h"
#include "admin/preferences.h"
#include "admin/proxies_page.h"
#include "admin/request_page.h"
#include "admin/sessions.h"
#include "admin/setting_file.h"
#include "admin/setting_past.h"
#include "admin/settings.h"
#include "admin/sign_in.h"
#include "admin/storage.h"
#include "admin/task_begin.h"
#include "admin/task_page.h"
#include "admin/token_actions.h"
#include "admin/token_list.h"
#include "admin/token_page.h"
#include "admin/try_page.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "gateway/endpoint.h"

/* The dialect is that of the API's errors; pages have none. */
#define PAGE(method, path, serve)                      \
	{                                              \
		method, path, &(const struct endpoint) \
		{                                      \
			DIALECT_OPENAI, serve          \
		}                                      \
	}

const struct route admin_routes[] = {
    PAGE("GET", "/", dashboard_serve),
    PAGE("GET", "/about", about_serve),
    PAGE("GET", "/alerts", alerts_page_serve),
    PAGE("POST", "/alerts", alerts_page_serve_test),
    PAGE("GET", "/config", settings_serve),
    PAGE("POST", "/config", settings_serve_save),
    PAGE("GET", "/config/export", setting_file_serve_export),
    PAGE("POST", "/config/export", setting_file_serve_send),
    PAGE("GET", "/config/history", setting_past_serve_history),
    PAGE("GET", "/config/import", setting_file_serve_import),
    PAGE("POST", "/config/import", setting_file_serve_preview),
    PAGE("GET", "/config/reset", setting_past_serve_reset),
    PAGE("GET", "/config/undo", setting_past_serve_undo),
    PAGE("GET", "/files", files_page_serve),
    PAGE("POST", "/files", files_page_serve_delete),
    PAGE("GET", "/install", install_serve),
    PAGE("POST", "/install", install_serve_post),
    PAGE("GET", "/jobs", jobs_page_serve),
    PAGE("POST", "/jobs", jobs_page_serve_run),
    PAGE("GET", "/keys", key_list_serve),
    PAGE("GET", "/keys/add", key_add_serve),
    PAGE("POST", "/keys/add", key_add_serve_post),
    PAGE("GET", "/keys/attention", key_attention_serve),
    PAGE("POST", "/keys/do", key_actions_serve),
    PAGE("POST", "/keys/reveal", key_reveal_serve),
    PAGE("POST", "/keys/search", key_list_serve_search),
    PAGE("GET", "/keys/{}", key_page_serve),
    PAGE("POST", "/keys/{}", key_page_serve_edit),
    PAGE("GET", "/keys_status", key_list_serve),
    PAGE("GET", "/logs", log_list_serve_errors),
    PAGE("POST", "/logs/chosen", log_delete_serve_chosen_errors),
    PAGE("GET", "/logs/delete", log_delete_serve_ask_errors),
    PAGE("POST", "/logs/delete", log_delete_serve_errors),
    PAGE("GET", "/logs/export", log_export_serve_errors),
    PAGE("GET", "/models", model_list_serve),
    PAGE("POST", "/models", model_list_serve_fetch),
    PAGE("GET", "/models/compare", model_compare_serve),
    PAGE("POST", "/models/price", model_price_serve),
    PAGE("GET", "/models/show", model_page_serve),
    PAGE("POST", "/models/use", model_use_serve),
    PAGE("POST", "/preferences", preferences_serve),
    PAGE("GET", "/proxies", proxies_page_serve),
    PAGE("POST", "/proxies", proxies_page_serve_check),
    PAGE("GET", "/requests", log_list_serve_requests),
    PAGE("POST", "/requests/chosen", log_delete_serve_chosen_requests),
    PAGE("GET", "/requests/delete", log_delete_serve_ask_requests),
    PAGE("POST", "/requests/delete", log_delete_serve_requests),
    PAGE("GET", "/requests/export", log_export_serve_requests),
    PAGE("GET", "/requests/{}", request_page_serve),
    PAGE("GET", "/sessions", sessions_serve),
    PAGE("POST", "/sessions", sessions_serve_end),
    PAGE("GET", "/sign-in", sign_in_serve_page),
    PAGE("POST", "/sign-in", sign_in_serve),
    PAGE("POST", "/sign-out", sessions_serve_out),
    PAGE("GET", "/static/{}", asset_serve),
    PAGE("GET", "/storage", storage_serve),
    PAGE("POST", "/storage", storage_serve_clear),
    PAGE("GET", "/tasks", task_page_serve_list),
    PAGE("GET", "/tasks/{}", task_page_serve),
    PAGE("POST", "/tasks/{}", task_begin_serve),
    PAGE("GET", "/tokens", token_list_serve),
    PAGE("GET", "/tokens/add", token_add_serve),
    PAGE("POST", "/tokens/add", token_add_serve_post),
    PAGE("GET", "/tokens/{}", token_page_serve),
    PAGE("POST", "/tokens/{}", token_edit_serve),
    PAGE("POST", "/tokens/{}/disable", token_disable_serve),
    PAGE("POST", "/tokens/{}/enable", token_enable_serve),
    PAGE("POST", "/tokens/{}/revoke", token_revoke_serve),
    PAGE("POST", "/tokens/{}/rotate", token_rotate_serve),
    PAGE("GET", "/try", try_page_serve),
    PAGE("POST", "/try", try_page_serve_send),
};
const size_t admin_n_routes = COUNT_OF(admin_routes);

void
admin_serve_lost(struct service *s)
{
	page_refuse(s, 404, N_("Nothing here"),
	    N_("There is no page at this address. The pages begin at /; the "
	       "OpenAI API is under /v1, the Gemini API under /v1beta."));
}
