-- Who may do what; applied after every migration. The runtime role may call
-- functions and read nothing; the report role may read views, call the functions
-- that views call, and nothing else. Where the roles cannot be made (no right
-- to), the owner is all three; on a shared host (keywheel.one_role) roles of
-- these names are another customer's. The schema's comment keeps that in mind
-- for later migrations, whoever runs them.
do $$
declare
	v_alone constant text := 'The owner is the only role of keywheel''s.';
	v_role text;
	v_may boolean := (select rolcreaterole or rolsuper
		from pg_roles where rolname = current_user);
begin
	revoke all on schema keywheel from public;
	revoke all on all functions in schema keywheel from public;
	if current_setting('keywheel.one_role', true) = 'on' then
		execute format('comment on schema keywheel is %L', v_alone);
	end if;
	if obj_description('keywheel'::regnamespace, 'pg_namespace')
			= v_alone then
		return;
	end if;
	foreach v_role in array array['keywheel_app', 'keywheel_report'] loop
		if not exists (select from pg_roles where rolname = v_role) then
			continue when not v_may;
			execute format('create role %I nologin', v_role);
		end if;
		execute format('grant usage on schema keywheel to %I', v_role);
	end loop;
	if exists (select from pg_roles where rolname = 'keywheel_app') then
		grant execute on function
			keywheel.begin_request, keywheel.retry_request,
			keywheel.lease_more, keywheel.wait_request,
			keywheel.leave_line, keywheel.when_free,
			keywheel.end_stale_alarms, keywheel.end_request,
			keywheel.close_lost_lease, keywheel.warm_up,
			keywheel.pool_has_keys, keywheel.maintain,
			keywheel.health, keywheel.add_key, keywheel.add_keys,
			keywheel.enter_keys, keywheel.find_keys,
			keywheel.edit_keys, keywheel.list_key_events,
			keywheel.list_limits, keywheel.change_limit,
			keywheel.list_alarms, keywheel.list_rests,
			keywheel.end_rests, keywheel.remove_keys_except,
			keywheel.set_key_state, keywheel.list_keys,
			keywheel.keys_to_probe, keywheel.add_token,
			keywheel.revoke_token, keywheel.revoke_tokens_except,
			keywheel.list_tokens, keywheel.check_token,
			keywheel.recount_budget, keywheel.create_token,
			keywheel.change_token, keywheel.rotate_token,
			keywheel.token_named, keywheel.get_settings,
			keywheel.put_settings, keywheel.dashboard,
			keywheel.about_page, keywheel.setting_page,
			keywheel.setting_changes, keywheel.setting_change,
			keywheel.token_list_page, keywheel.token_page,
			keywheel.model_list_page, keywheel.model_page,
			keywheel.put_price, keywheel.get_models,
			keywheel.get_model_names, keywheel.claim_models_fetch,
			keywheel.fail_models_fetch,
			keywheel.release_models_fetch, keywheel.put_models,
			keywheel.get_quirks, keywheel.list_quirks,
			keywheel.forget_quirks, keywheel.declare_jobs,
			keywheel.look_for_jobs, keywheel.claim_job,
			keywheel.heartbeat_job, keywheel.finish_job,
			keywheel.list_jobs, keywheel.list_job_runs,
			keywheel.trim_key_events, keywheel.schedule_probes,
			keywheel.claim_probes, keywheel.finish_probe,
			keywheel.count_probes, keywheel.make_task,
			keywheel.ask_key_task, keywheel.try_admin_token,
			keywheel.begin_task, keywheel.cancel_task,
			keywheel.trim_tasks, keywheel.open_tasks,
			keywheel.claim_task_items, keywheel.release_task_items,
			keywheel.end_task_items, keywheel.work_key_task,
			keywheel.claim_task_keys, keywheel.end_task_key,
			keywheel.task_page, keywheel.list_tasks,
			keywheel.reveal_task_keys, keywheel.put_key_draft,
			keywheel.measure_deadlines, keywheel.put_deadlines,
			keywheel.get_deadlines, keywheel.list_deadlines,
			keywheel.get_proxies, keywheel.begin_key_draft,
			keywheel.add_key_draft_part, keywheel.enter_key_draft,
			keywheel.end_key_draft, keywheel.proxy_failed,
			keywheel.proxy_works, keywheel.try_proxy,
			keywheel.put_proxy_checks, keywheel.list_proxies,
			keywheel.cache_look, keywheel.cache_keep,
			keywheel.cache_hit, keywheel.get_cache_tokens,
			keywheel.set_token_cache, keywheel.begin_clear,
			keywheel.step_clear, keywheel.end_clear,
			keywheel.retire, keywheel.account_days,
			keywheel.count_clear, keywheel.list_storage,
			keywheel.list_clears, keywheel.open_picture,
			keywheel.put_picture_piece, keywheel.get_picture,
			keywheel.get_picture_piece, keywheel.trim_pictures,
			keywheel.list_resources, keywheel.old_resources,
			keywheel.forget_resources, keywheel.seen_names,
			keywheel.note_resources, keywheel.import_files,
			keywheel.is_time_zone, keywheel.keep_signatures,
			keywheel.log_list, keywheel.count_log,
			keywheel.delete_log, keywheel.delete_log_rows,
			keywheel.log_keys, keywheel.request_page,
			keywheel.request_body, keywheel.requests_called,
			keywheel.key_list, keywheel.key_page,
			keywheel.key_attention, keywheel.key_counts,
			keywheel.token_counts, keywheel.usage_series,
			keywheel.sum_usage, keywheel.sign_in,
			keywheel.check_session, keywheel.say_in_session,
			keywheel.end_sessions, keywheel.session_page,
			keywheel.session_token, keywheel.job_page,
			keywheel.make_job_due, keywheel.proxy_page,
			keywheel.file_page, keywheel.chosen_files,
			keywheel.metrics, keywheel.work_alerts,
			keywheel.claim_alert, keywheel.finish_alert,
			keywheel.list_receivers, keywheel.alert_page,
			keywheel.note_host, keywheel.sealing_key
		to keywheel_app;
	end if;
	if exists (select from pg_roles where rolname = 'keywheel_report') then
		grant select on
			keywheel.report_outcomes, keywheel.report_outcomes_keys,
			keywheel.report_failures, keywheel.report_times,
			keywheel.report_usage, keywheel.report_usage_daily,
			keywheel.report_usage_hourly, keywheel.report_usage_keys,
			keywheel.report_usage_projects,
			keywheel.report_error_rates, keywheel.report_latency,
			keywheel.report_cost_daily, keywheel.report_cost_keys,
			keywheel.report_cost_projects,
			keywheel.report_prices, keywheel.report_quota_left,
			keywheel.report_token_limits, keywheel.report_attention,
			keywheel.report_storage,
			keywheel.report_requests,
			keywheel.report_keys, keywheel.report_cooldowns,
			keywheel.report_errors, keywheel.report_key_events,
			keywheel.report_tokens, keywheel.report_limits,
			keywheel.report_alarms,
			keywheel.report_deadlines, keywheel.report_proxies
		to keywheel_report;
		-- Whoever reads a view calls its functions: some with the owner's
		-- rights, made for that, and some that only reckon.
		grant execute on function keywheel.list_limits,
			keywheel.list_storage, keywheel.report_spans, keywheel.report_usage_tail,
			keywheel.report_key_tail, keywheel.report_failures_tail,
			keywheel.report_times_tail, keywheel.report_price,
			keywheel.report_tokens_used, keywheel.report_token_use,
			keywheel.outcome_class, keywheel.is_call,
			keywheel.step_ms, keywheel.step_us,
			keywheel.usage_windows,
			keywheel.token_state, keywheel.cost_of
		to keywheel_report;
	end if;
end $$;
