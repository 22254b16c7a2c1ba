"""Every word that the command line says, in English and in Russian."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callscribe.domain import Language, Stage, TaskStatus
from callscribe.exports.wording import Wording as ResultWording
from callscribe.exports.wording import wording as result_wording


@dataclass(frozen=True, slots=True)
class Wording:
    """The interface in one language. ``{…}`` are filled in where the text is shown."""

    interface: Language

    help_app: str
    help_up: str
    help_transcribe: str
    help_tasks: str
    help_tasks_show: str
    help_tasks_cancel: str
    help_tasks_retry: str
    help_tasks_delete: str
    help_models: str
    help_models_list: str
    help_models_pull: str
    help_models_verify: str
    help_doctor: str
    help_backup: str
    help_restore: str
    backup_folder: str
    backup_media: str
    saving: str
    saved: str
    media_lost: str
    restoring: str
    restored: str
    media_damaged: str
    help_log: str
    log_folder: str
    log_json: str
    no_log: str
    help_plan: str
    plan_hours: str
    plan_profile: str
    plan_config: str
    plan_peak: str
    plan_call: str
    plan_variation: str
    plan_utilisation: str
    plan_keep: str
    plan_media: str
    plan_tasks: str
    plan_gpu_memory: str
    plan_node: str
    plan_json: str
    plan_asked: str
    plan_estimate: str
    plan_nodes: str
    plan_nodes_beside: str
    plan_wait: str
    plan_disk: str
    plan_values: str
    plan_deployment: str
    plan_replicas: str
    plan_gpus: str
    plan_cores: str
    plan_memory: str
    plan_busy: str
    plan_queue: str
    help_kontur: str
    help_kontur_subscribe: str
    help_kontur_status: str
    help_kontur_unsubscribe: str
    webhook_url: str
    help_kafka: str
    help_kafka_send: str
    files: str
    files_or_folders: str
    task_ids: str
    model_names: str
    format: str
    output_dir: str
    language: str
    num_speakers: str
    template: str
    server: str
    api_key: str
    again: str
    host: str
    port: str
    status_filter: str
    limit: str
    from_stage: str
    new_template: str
    yes: str

    starting: str
    ready: str
    ready_docs: str
    stop_hint: str
    stopped: str
    own_server_failed: str
    own_server_ended: str
    killed: str
    exit_code: str
    port_taken: str
    port_forbidden: str
    no_host: str
    no_address: str
    no_document_here: str
    server_silent: str
    server_refused: str
    key_refused: str
    queue_full: str
    interrupted: str

    uploading: str
    queue_place: str
    stages: Mapping[Stage, str]
    statuses: Mapping[TaskStatus, str]
    of: str
    reused: str
    sent: str
    sent_of: str
    left_out: str
    no_brokers: str
    no_recordings: str
    written: str
    several_need_folder: str
    task_failed: str
    task_cancelled: str

    task: str
    title: str
    status: str
    created: str
    no_tasks: str
    confirm_delete: str
    deleted: str
    cancelled: str
    queued_again: str

    subscribed: str
    activated: str
    not_activated: str
    unsubscribed: str
    webhook: str
    address: str
    webhook_active: str
    webhook_inactive: str
    no_webhooks: str
    polled: str
    never_polled: str
    last_event: str
    no_events: str
    arrivals: str

    all_models_there: str
    pulled: str
    model: str
    licence: str
    size: str
    state: str
    present: str
    absent: str
    needed: str
    damaged: str
    bundled: str
    run_pull: str

    ok: str
    missing: str
    optional: str
    fine: str
    not_fine: str

    settings: str
    cores: str
    memory: str
    disk: str
    weights: str
    database: str
    blobs: str
    port_row: str
    keys_row: str
    gpu: str
    embedded_postgres: str
    database_answers: str
    free_of_total: str
    free_at: str
    no_folder: str
    other_folder: str
    port_free: str
    port_ours: str
    no_keys: str
    no_keys_here: str
    set_keys: str
    no_ffmpeg: str
    no_gpu: str
    gpu_needed: str
    few_cores: str
    little_memory: str
    little_disk: str
    pull_weights: str
    reinstall: str
    check_database: str
    check_blobs: str

    @property
    def result(self) -> ResultWording:
        """What stands around what was said, as in files."""
        return result_wording(self.interface)


EN: Final = Wording(
    interface=Language.EN,
    help_app="Recorded calls and meetings become transcripts with speakers and protocols.",
    help_up="Run the whole stack on this machine until Ctrl-C.",
    help_transcribe="Transcribe recordings, on a running server or on one started for the time of the call.",
    help_tasks="The server's tasks, newest first.",
    help_tasks_show="Show a task and, once it is there, its result.",
    help_tasks_cancel="Stop tasks that are queued or being worked on.",
    help_tasks_retry="Queue tasks that have ended again.",
    help_tasks_delete="Delete tasks with their recordings and results.",
    help_models="The models' weights.",
    help_models_list="The catalogue: what there is, what it is for, what is here.",
    help_models_pull="Fetch weights (those that the chosen engines need, if none is named) and check them.",
    help_models_verify="Read every file of the weights and check its hash.",
    help_doctor="Check this machine: what is missing, and what to do about it.",
    help_backup="Save the archive to a folder, database and recordings; the server may go on working.",
    help_restore="Bring a saved archive back into an empty database.",
    backup_folder="Folder of the backup.",
    backup_media="Whether recordings are saved too: not where the blob store is copied by other means.",
    saving="Saving: recording {done} of {total} …",
    saved="Saved in {folder}: the database ({dump}) and {count} recordings ({size}).",
    media_lost="{count} recordings have no file in the blob store, or a damaged one: {keys}",
    restoring="Restoring: recording {done} of {total} …",
    restored="Restored as of {at:%Y-%m-%d %H:%M} UTC: {count} recordings ({size}).",
    media_damaged="{count} recordings have no file in the backup, or a damaged one, and were left out: {keys}",
    help_log="Print what the replicas of this machine have written of a task, in the order of time (UTC).",
    log_folder="Ray's temporary folder.",
    log_json="Print the lines as they were written, with tracebacks and with who has read of the task.",
    no_log="No replica below {folder} has written of task {task_id}.",
    help_plan="Say how many replicas, GPUs, nodes and disks so many hours of calls a day want.",
    plan_hours="Hours of recordings a day.",
    plan_profile="The engines to plan for.",
    plan_config="Serve file whose shares of GPUs and cores count. Default: the profile's own.",
    plan_peak="Hours within which the day's recordings come.",
    plan_call="Length of a call on the average, in minutes.",
    plan_variation="Standard deviation of the calls' lengths over their mean.",
    plan_utilisation="How busy replicas may be at the peak.",
    plan_keep="Days for which recordings are kept.",
    plan_media="Megabytes of an hour of recording as it comes; 58 are MP3 of 128 kbit/s.",
    plan_tasks="CALLSCRIBE_CONCURRENT_TASKS of the dispatchers. Default: the profile's own.",
    plan_gpu_memory="GiB of memory that a GPU has.",
    plan_node="Cores of a node; --node-gpus and --node-memory (GiB) are the rest of its shape.",
    plan_json="Print the plan as JSON.",
    plan_asked="{hours:g} h a day within {workload.peak_hours:g} h: at the peak {peak:.1f} h an hour, "
    "calls of {workload.call_minutes:g} min, replicas busy to {workload.utilisation:.0%} at most.",
    plan_estimate="* an estimate: not measured",
    plan_nodes="Nodes of {node.cores:g} cores, {node.gpus} GPUs, {node.memory_gib:g} GiB: {count}. "
    "PostgreSQL, the blob store, Kafka and Ray's head are beside them.",
    plan_nodes_beside="They are labelled callscribe/for=models. What shuns that label wants nodes of "
    "{node.cores:g} cores, {node.memory_gib:g} GiB and no GPU: {count}.",
    plan_wait="At the peak a call waits {made.wait_seconds:.0f} s for a worker on the average "
    "(one of twenty longer than {made.late_wait_seconds:.0f} s), and is done {made.call_seconds:.0f} s after it came.",
    plan_disk="After {days} days: PostgreSQL {made.database_gb:,.0f} GB, recordings {made.media_gb:,.0f} GB, "
    "and {made.decoded_gb:.1f} GB of decoded sound while the peak lasts.",
    plan_values="Into {file}:",
    plan_deployment="deployment",
    plan_replicas="replicas",
    plan_gpus="GPUs",
    plan_cores="cores",
    plan_memory="GiB",
    plan_busy="busy",
    plan_queue="wait, s",
    help_kontur="Kontur Talk: the subscription to a space's events.",
    help_kontur_subscribe="Have Kontur Talk report every finished recording to this server.",
    help_kontur_status="Show whether events come, and when recordings were last looked for.",
    help_kontur_unsubscribe="Have Kontur Talk report no more.",
    webhook_url="Address of the webhook as Kontur Talk reaches it. Default: CALLSCRIBE_KONTUR_TALK__WEBHOOK_URL.",
    help_kafka="Recordings by Kafka.",
    help_kafka_send="Store recordings and send messages of them; the same file again is the same task.",
    files="Audio or video files.",
    files_or_folders="Audio or video files, or folders of them.",
    task_ids="Tasks' ids.",
    model_names="Models' names; without any, those that the chosen engines need.",
    format="Print the result in this format instead of showing it.",
    output_dir="Write the results to files in this folder.",
    language="The language spoken; auto lets the recording decide.",
    num_speakers="How many voices there are, where that is known.",
    template="The kind of call, which says what the protocol dwells on; without it, a meeting.",
    server="Address of a running server.",
    api_key="Key that the server takes. Default: CALLSCRIBE_API_KEY, which other users of this machine do not see.",
    again="Do the work anew where the server has done it already.",
    host="Address to listen on.",
    port="Port to listen on.",
    status_filter="Only tasks in this state.",
    limit="At most so many.",
    from_stage="Do this stage anew, and what builds on it.",
    new_template="Make the protocol anew, as of this kind of call.",
    yes="Do not ask.",
    starting="Starting CallScribe …",
    ready="CallScribe is ready: {url}",
    ready_docs="API: {url}/api/v1 · documentation: {url}/docs",
    stop_hint="Ctrl-C stops it.",
    stopped="Stopped; nothing is left running.",
    own_server_failed="CallScribe could not be started: {reason}",
    own_server_ended="CallScribe has ended without being asked to: {reason}",
    killed="it was killed ({signal}).",
    exit_code="exit code {code}.",
    port_taken="Port {port} is taken by something else: name another with --port or CALLSCRIBE_PORT.",
    port_forbidden="Port {port} may not be used by you: name one from 1024 on with --port or CALLSCRIBE_PORT.",
    no_host="{host} is no IPv4 address of this machine: name another with --host or CALLSCRIBE_HOST.",
    no_address="it should be a URL like http://127.0.0.1:8000",
    no_document_here="a document is not for the screen: add --output-dir, or redirect it to a file",
    server_silent="The server {url} does not answer: {reason}. Is it running? `callscribe up` starts one here.",
    server_refused="The server answers {status} without saying why.",
    key_refused="The server wants a key that it knows: set CALLSCRIBE_API_KEY, or name it with --api-key.",
    queue_full="The server takes no more recordings just now; waiting …",
    interrupted="Interrupted.",
    uploading="uploading",
    queue_place="queued, place {place}",
    stages={
        Stage.DECODING: "decoding",
        Stage.DIARIZING: "telling the voices apart",
        Stage.TRANSCRIBING: "transcribing",
        Stage.SUMMARIZING: "writing the protocol",
    },
    statuses={
        TaskStatus.QUEUED: "queued",
        TaskStatus.PROCESSING: "processing",
        TaskStatus.COMPLETED: "completed",
        TaskStatus.FAILED: "failed",
        TaskStatus.CANCELLED: "cancelled",
    },
    of="{done} of {total}",
    reused="{name}: the server has this result already; --again does the work anew.",
    sent="sent",
    sent_of="{sent} of {total} sent.",
    left_out="{name} is left out: {reason}",
    no_brokers="CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS is not set: name the brokers there, as host:port.",
    no_recordings="There is no recording in what was named.",
    written="{path} written.",
    several_need_folder="Several files in one {format} would not be one file: name a folder with --output-dir.",
    task_failed="{name}: {message}",
    task_cancelled="{name}: the task was cancelled.",
    task="Task",
    title="Title",
    status="Status",
    created="Created",
    no_tasks="No tasks.",
    confirm_delete="Delete {count} task(s) with their recordings?",
    deleted="{task} deleted.",
    cancelled="{task} cancelled.",
    queued_again="{task} queued again.",
    subscribed="Subscribed: events go to {url}. Waiting for Kontur Talk to activate the webhook …",
    activated="The webhook is active: recordings will come in by themselves.",
    not_activated="Kontur Talk has not sent the activation key yet. See whether it reaches the address, and run "
    "callscribe kontur status later.",
    unsubscribed="The subscription has ended.",
    webhook="Webhook",
    address="Address",
    webhook_active="active",
    webhook_inactive="not activated",
    no_webhooks="There is no subscription.",
    polled="Last looked for recordings {at}; all are known up to {watermark}.",
    never_polled="Recordings have not been looked for yet.",
    last_event="The last event came {at}.",
    no_events="No event has come.",
    arrivals="Waiting to be fetched: {waiting}. Failed: {failed}.",
    all_models_there="All weights are there and whole: {names} ({size}).",
    pulled="{model} ← {source}",
    model="Model",
    licence="Licence",
    size="Size",
    state="State",
    present="here",
    absent="not here",
    needed="needed with your settings",
    damaged="damaged",
    bundled="in the package {package}",
    run_pull="Repair it: callscribe models pull {names}",
    ok="OK",
    missing="missing",
    optional="absent",
    fine="Everything that CallScribe needs is here.",
    not_fine="Something that CallScribe needs is missing.",
    settings="Settings",
    cores="Cores",
    memory="Memory",
    disk="Disk",
    weights="Weights",
    database="PostgreSQL",
    blobs="Blob store",
    port_row="Port",
    keys_row="API keys",
    gpu="GPU",
    embedded_postgres="embedded, {version}",
    database_answers="CALLSCRIBE_DATABASE_URL answers",
    free_of_total="{free} free of {total}",
    free_at="{free} free at {path}",
    no_folder="{path} is not a folder",
    other_folder="set CALLSCRIBE_DATA_DIR to one",
    port_free="{port} is free",
    port_ours="{port}: CallScribe is running there",
    no_keys="none: whoever reaches {host} may use the API",
    no_keys_here="none: whoever is on this machine may use the API",
    set_keys="set CALLSCRIBE_API_KEYS",
    no_ffmpeg="not needed: PyAV brings its own decoders",
    no_gpu="none found",
    gpu_needed="the profile gpu cannot do without: choose CALLSCRIBE_PROFILE=embedded or cpu",
    few_cores="two or more make it faster than real time",
    little_memory="CallScribe wants {needed}: close something or use a larger machine",
    little_disk="CallScribe wants {needed}: free some space or set CALLSCRIBE_DATA_DIR",
    pull_weights="callscribe models pull {name}",
    reinstall="install CallScribe's packages again",
    check_database="check CALLSCRIBE_DATABASE_URL, or leave it out to use the embedded PostgreSQL",
    check_blobs="check CALLSCRIBE_BLOB_URL, CALLSCRIBE_BLOB_OPTIONS and the permissions",
)

RU: Final = Wording(
    interface=Language.RU,
    help_app="Записи звонков и встреч — в расшифровки по спикерам и протоколы.",
    help_up="Запустить всё на этой машине и работать до Ctrl-C.",
    help_transcribe="Расшифровать записи: на работающем сервере или на своём, на время вызова.",
    help_tasks="Задачи сервера, новые сверху.",
    help_tasks_show="Показать задачу и её результат, если он готов.",
    help_tasks_cancel="Остановить задачи, которые ждут или выполняются.",
    help_tasks_retry="Снова поставить завершённые задачи в очередь.",
    help_tasks_delete="Удалить задачи вместе с записями и результатами.",
    help_models="Веса моделей.",
    help_models_list="Каталог: что есть, для чего, что скачано.",
    help_models_pull="Скачать веса (без имён — нужные профилю) и проверить их.",
    help_models_verify="Прочитать все файлы весов и сверить их хеши.",
    help_doctor="Проверить машину: чего не хватает и что с этим делать.",
    help_backup="Сохранить архив в папку: базу и записи; сервер может работать дальше.",
    help_restore="Восстановить сохранённый архив в пустую базу.",
    backup_folder="Папка резервной копии.",
    backup_media="Сохранять ли записи: не нужно, если хранилище копируется иначе.",
    saving="Сохраняется: запись {done} из {total} …",
    saved="Сохранено в {folder}: база ({dump}) и записи: {count} ({size}).",
    media_lost="Нет файла в хранилище, или он повреждён, записей: {count}: {keys}",
    restoring="Восстанавливается: запись {done} из {total} …",
    restored="Восстановлено на {at:%Y-%m-%d %H:%M} UTC, записей: {count} ({size}).",
    media_damaged="Нет файла в копии, или он повреждён; не восстановлено записей: {count}: {keys}",
    help_log="Что реплики этой машины записали о задаче, по порядку (UTC).",
    log_folder="Временная папка Ray.",
    log_json="Напечатать строки как записаны, с трассировками и с тем, кто о задаче читал.",
    no_log="Реплики в {folder} о задаче {task_id} ничего не записали.",
    help_plan="Сколько реплик, GPU, узлов и дисков нужно на столько часов звонков в день.",
    plan_hours="Часов записей в день.",
    plan_profile="Для каких движков.",
    plan_config="Файл Serve, доли GPU и ядер из которого считаются. По умолчанию — файл профиля.",
    plan_peak="За сколько часов приходят записи дня.",
    plan_call="Средняя длина звонка в минутах.",
    plan_variation="Стандартное отклонение длины звонков, делённое на среднюю.",
    plan_utilisation="Насколько могут быть заняты реплики в пик.",
    plan_keep="Сколько дней хранятся записи.",
    plan_media="Мегабайт в часе записи, как она приходит; 58 — MP3 128 кбит/с.",
    plan_tasks="CALLSCRIBE_CONCURRENT_TASKS диспетчеров. По умолчанию — как в профиле.",
    plan_gpu_memory="Память одной GPU, ГиБ.",
    plan_node="Ядер в узле; --node-gpus и --node-memory (ГиБ) — остальное.",
    plan_json="Напечатать план как JSON.",
    plan_asked="{hours:g} ч в день за {workload.peak_hours:g} ч: в пик {peak:.1f} ч в час, "
    "звонки по {workload.call_minutes:g} мин, реплики заняты не больше чем на {workload.utilisation:.0%}.",
    plan_estimate="* оценка, а не измерение",
    plan_nodes="Узлов (ядер {node.cores:g}, GPU {node.gpus}, {node.memory_gib:g} ГиБ): {count}. "
    "PostgreSQL, хранилище записей, Kafka и головной узел Ray — отдельно.",
    plan_nodes_beside="На них метка callscribe/for=models. Для того, что её сторонится, узлов "
    "(ядер {node.cores:g}, {node.memory_gib:g} ГиБ, без GPU): {count}.",
    plan_wait="В пик звонок ждёт в среднем {made.wait_seconds:.0f} с "
    "(один из двадцати — дольше {made.late_wait_seconds:.0f} с) и готов через {made.call_seconds:.0f} с.",
    plan_disk="За {days} дней: PostgreSQL {made.database_gb:,.0f} ГБ, записи {made.media_gb:,.0f} ГБ "
    "и {made.decoded_gb:.1f} ГБ звука в работе в пик.",
    plan_values="В {file}:",
    plan_deployment="развёртывание",
    plan_replicas="реплик",
    plan_gpus="GPU",
    plan_cores="ядер",
    plan_memory="ГиБ",
    plan_busy="занято",
    plan_queue="ждут, с",
    help_kontur="Контур Толк: подписка на события пространства.",
    help_kontur_subscribe="Подписать этот сервер на события о готовых записях.",
    help_kontur_status="Показать, приходят ли события и когда искали новые записи.",
    help_kontur_unsubscribe="Отменить подписку.",
    webhook_url="Адрес вебхука, по которому его видит Контур Толк. По умолчанию CALLSCRIBE_KONTUR_TALK__WEBHOOK_URL.",
    help_kafka="Записи через Kafka.",
    help_kafka_send="Положить записи в хранилище и отправить о них сообщения; тот же файл снова — та же задача.",
    files="Аудио- или видеофайлы.",
    files_or_folders="Аудио- или видеофайлы или папки с ними.",
    task_ids="Идентификаторы задач.",
    model_names="Имена моделей; без них — модели профиля.",
    format="Напечатать результат в этом формате, а не показать.",
    output_dir="Записать результаты файлами в эту папку.",
    language="Язык речи; auto — определить по записи.",
    num_speakers="Сколько голосов в записи, если это известно.",
    template="Тип встречи: от него зависит, что считается важным для протокола; по умолчанию — совещание.",
    server="Адрес работающего сервера.",
    api_key="Ключ, который принимает сервер. По умолчанию CALLSCRIBE_API_KEY: его не видят другие пользователи машины.",
    again="Сделать заново, даже если сервер уже сделал.",
    host="Адрес, на котором слушать.",
    port="Порт, на котором слушать.",
    status_filter="Только задачи в этом состоянии.",
    limit="Сколько задач показать, не больше.",
    from_stage="Сделать заново этот этап и всё, что от него зависит.",
    new_template="Составить протокол заново, как для встречи этого типа.",
    yes="Не спрашивать.",
    starting="CallScribe запускается …",
    ready="CallScribe готов: {url}",
    ready_docs="API: {url}/api/v1 · документация: {url}/docs",
    stop_hint="Ctrl-C — остановить.",
    stopped="Остановлено; запущенных процессов не осталось.",
    own_server_failed="CallScribe не запустился: {reason}",
    own_server_ended="CallScribe завершился, хотя его не просили: {reason}",
    killed="процесс убит ({signal}).",
    exit_code="код {code}.",
    port_taken="Порт {port} занят чем-то другим: укажите другой через --port или CALLSCRIBE_PORT.",
    port_forbidden="Порт {port} нельзя занять без особых прав: укажите порт от 1024 через --port или CALLSCRIBE_PORT.",
    no_host="{host} — не адрес IPv4 этой машины: укажите другой через --host или CALLSCRIBE_HOST.",
    no_address="нужен адрес вида http://127.0.0.1:8000",
    no_document_here="документ на экране не показать: добавьте --output-dir или направьте вывод в файл",
    server_silent="Сервер {url} не отвечает: {reason}. Запущен ли он? `callscribe up` запустит его здесь.",
    server_refused="Сервер ответил {status} и не сказал почему.",
    key_refused="Серверу нужен ключ, который он знает: задайте CALLSCRIBE_API_KEY или укажите его через --api-key.",
    queue_full="Сервер пока не берёт новых записей; ждём …",
    interrupted="Прервано.",
    uploading="отправляется",
    queue_place="в очереди, место {place}",
    stages={
        Stage.DECODING: "читается запись",
        Stage.DIARIZING: "определяются говорящие",
        Stage.TRANSCRIBING: "распознаётся речь",
        Stage.SUMMARIZING: "составляется протокол",
    },
    statuses={
        TaskStatus.QUEUED: "в очереди",
        TaskStatus.PROCESSING: "в работе",
        TaskStatus.COMPLETED: "готово",
        TaskStatus.FAILED: "ошибка",
        TaskStatus.CANCELLED: "отменена",
    },
    of="{done} из {total}",
    reused="{name}: на сервере уже есть этот результат; --again сделает его заново.",
    sent="отправлено",
    sent_of="Отправлено: {sent} из {total}.",
    left_out="{name} — пропущен: {reason}",
    no_brokers="Не задан CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS: укажите в нём брокеров, как host:port.",
    no_recordings="Среди указанного нет ни одной записи.",
    written="Записано: {path}",
    several_need_folder="Несколько файлов не сложить в один {format}: укажите папку через --output-dir.",
    task_failed="{name}: {message}",
    task_cancelled="{name}: задача отменена.",
    task="Задача",
    title="Название",
    status="Состояние",
    created="Создана",
    no_tasks="Задач нет.",
    confirm_delete="Удалить задачи ({count}) вместе с записями?",
    deleted="{task} удалена.",
    cancelled="{task} отменена.",
    queued_again="{task} снова в очереди.",
    subscribed="Подписка оформлена: события придут на {url}. Ждём, пока Контур Толк активирует вебхук…",
    activated="Вебхук активен: записи будут поступать сами.",
    not_activated="Контур Толк ещё не прислал ключ активации. Проверьте, доступен ли ему этот адрес, и позже выполните "
    "callscribe kontur status.",
    unsubscribed="Подписка отменена.",
    webhook="Вебхук",
    address="Адрес",
    webhook_active="активен",
    webhook_inactive="не активирован",
    no_webhooks="Подписки нет.",
    polled="Последний поиск записей — {at}; известны все записи до {watermark}.",
    never_polled="Новые записи ещё не искали.",
    last_event="Последнее событие — {at}.",
    no_events="Событий не было.",
    arrivals="Ждут скачивания: {waiting}. Не удалось забрать: {failed}.",
    all_models_there="Все веса на месте и целы: {names} ({size}).",
    pulled="{model} ← {source}",
    model="Модель",
    licence="Лицензия",
    size="Размер",
    state="Состояние",
    present="здесь",
    absent="нет",
    needed="нужна при ваших настройках",
    damaged="повреждена",
    bundled="в пакете {package}",
    run_pull="Исправить: callscribe models pull {names}",
    ok="есть",
    missing="не хватает",
    optional="нет",
    fine="Всё, что нужно CallScribe, есть.",
    not_fine="Не хватает того, без чего CallScribe не работает.",
    settings="Настройки",
    cores="Ядра",
    memory="Память",
    disk="Диск",
    weights="Веса",
    database="PostgreSQL",
    blobs="Хранилище",
    port_row="Порт",
    keys_row="Ключи API",
    gpu="GPU",
    embedded_postgres="встроенный, {version}",
    database_answers="CALLSCRIBE_DATABASE_URL отвечает",
    free_of_total="{free} свободно из {total}",
    free_at="{free} свободно в {path}",
    no_folder="{path} — не папка",
    other_folder="укажите папку в CALLSCRIBE_DATA_DIR",
    port_free="{port} свободен",
    port_ours="{port}: там работает CallScribe",
    no_keys="нет: API открыт всем, кому виден {host}",
    no_keys_here="нет: API открыт всем на этой машине",
    set_keys="задайте CALLSCRIBE_API_KEYS",
    no_ffmpeg="не нужен: декодеры есть в PyAV",
    no_gpu="не найден",
    gpu_needed="профилю gpu без него нельзя: есть CALLSCRIBE_PROFILE=embedded и cpu",
    few_cores="с двумя и больше будет быстрее реального времени",
    little_memory="нужно {needed}: закройте лишнее или возьмите машину побольше",
    little_disk="нужно {needed}: освободите место или задайте CALLSCRIBE_DATA_DIR",
    pull_weights="callscribe models pull {name}",
    reinstall="установите пакеты CallScribe заново",
    check_database="проверьте CALLSCRIBE_DATABASE_URL или уберите его: есть встроенный PostgreSQL",
    check_blobs="проверьте CALLSCRIBE_BLOB_URL, CALLSCRIBE_BLOB_OPTIONS и права",
)


def wording(environ: Mapping[str, str]) -> Wording:
    """Russian where the locale (POSIX: LC_ALL, else LC_MESSAGES, else LANG) says so, else English."""
    name = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return RU if name.lower().startswith("ru") else EN


WORDS: Final = wording(os.environ)
"""The interface's language is that of the process: Typer wants the help texts when the commands are defined."""
