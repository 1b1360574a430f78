/* The table of the pages. */
#include "admin/admin.h"

#include "admin/asset.h"
#include "admin/key_list.h"
#include "admin/log_delete.h"
#include "admin/log_export.h"
#include "admin/log_list.h"
#include "admin/overview.h"
#include "admin/preferences.h"
#include "admin/request_page.h"
#include "admin/storage.h"
#include "base/attr.h"
#include "gateway/endpoint.h"

/* The dialect is that of the API's errors; pages have none. */
#define PAGE(method, path, serve) \
	{method, path, &(const struct endpoint){DIALECT_OPENAI, serve}}

const struct route admin_routes[] = {
    PAGE("GET", "/", overview_serve),
    PAGE("GET", "/storage", storage_serve),
    PAGE("POST", "/storage", storage_serve_clear),
    PAGE("POST", "/preferences", preferences_serve),
    PAGE("GET", "/keys", key_list_serve),
    PAGE("GET", "/keys_status", key_list_serve),
    PAGE("POST", "/keys/search", key_list_serve_search),
    PAGE("GET", "/requests", log_list_serve_requests),
    PAGE("GET", "/requests/export", log_export_serve_requests),
    PAGE("GET", "/requests/delete", log_delete_serve_ask_requests),
    PAGE("POST", "/requests/delete", log_delete_serve_requests),
    PAGE("POST", "/requests/chosen", log_delete_serve_chosen_requests),
    PAGE("GET", "/requests/{}", request_page_serve),
    PAGE("GET", "/logs/export", log_export_serve_errors),
    PAGE("GET", "/logs/delete", log_delete_serve_ask_errors),
    PAGE("POST", "/logs/delete", log_delete_serve_errors),
    PAGE("POST", "/logs/chosen", log_delete_serve_chosen_errors),
    PAGE("GET", "/logs", log_list_serve_errors),
    PAGE("GET", "/static/{}", asset_serve),
};
const size_t admin_n_routes = COUNT_OF(admin_routes);
