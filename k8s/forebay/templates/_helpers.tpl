{{- define "forebay.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "forebay.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "forebay.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "forebay.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Of one component: (dict "root" $ "component" "serving"). */}}
{{- define "forebay.selector" -}}
app.kubernetes.io/name: {{ include "forebay.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "forebay.componentLabels" -}}
{{ include "forebay.labels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "forebay.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "forebay.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{/* (dict "root" $ "component" "serving" "digest" "") */}}
{{- define "forebay.image" -}}
{{- $image := .root.Values.image -}}
{{- $name := printf "%s/%s" $image.repository .component -}}
{{- if $image.registry }}{{ $name = printf "%s/%s" $image.registry $name }}{{ end -}}
{{- if .digest }}{{ printf "%s@%s" $name .digest }}{{ else }}{{ printf "%s:%s" $name (default .root.Chart.AppVersion $image.tag) }}{{ end -}}
{{- end }}

{{- define "forebay.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .Values.security.runAsUser }}
runAsGroup: {{ .Values.security.runAsGroup }}
fsGroup: {{ .Values.security.fsGroup }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "forebay.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* One address: (dict "env" NAME "server" values "evaluation" address "enabled" bool "what" text). */}}
{{- define "forebay.address" -}}
{{- if .enabled }}
- { name: {{ .env }}, value: {{ .evaluation | quote }} }
{{- else if .server.existingSecret.name }}
- name: {{ .env }}
  valueFrom: { secretKeyRef: { name: {{ .server.existingSecret.name | quote }}, key: {{ .server.existingSecret.key | quote }} } }
{{- else }}
- { name: {{ .env }}, value: {{ required (printf "servers.%s: give the address, or a secret that has it; or set evaluation.enabled for small servers inside the cluster" .what) (coalesce .server.url .server.brokers) | quote }} }
{{- end }}
{{- end }}

{{- define "forebay.addresses" -}}
{{- $name := include "forebay.fullname" . -}}
{{- $small := .Values.evaluation.enabled -}}
{{- with .Values.servers }}
{{- include "forebay.address" (dict "env" "FOREBAY_REDIS_URL" "server" .redis "enabled" $small "evaluation" (printf "redis://%s-redis:6379" $name) "what" "redis.url") }}
{{- include "forebay.address" (dict "env" "FOREBAY_QUEUE_REDIS_URL" "server" .queueRedis "enabled" $small "evaluation" (printf "redis://%s-queue-redis:6379" $name) "what" "queueRedis.url") }}
{{- include "forebay.address" (dict "env" "FOREBAY_KAFKA_BROKERS" "server" .kafka "enabled" $small "evaluation" (printf "%s-kafka:9092" $name) "what" "kafka.brokers") }}
{{- include "forebay.address" (dict "env" "FOREBAY_CLICKHOUSE_URL" "server" .clickhouse "enabled" $small "evaluation" (printf "http://%s-clickhouse:8123" $name) "what" "clickhouse.url") }}
- { name: FOREBAY_CLICKHOUSE_DATABASE, value: {{ .clickhouse.database | quote }} }
{{- if .clickhouse.cluster }}
- { name: FOREBAY_CLICKHOUSE_CLUSTER, value: {{ .clickhouse.cluster | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{/* How connections to Kafka are secured; the files are in the volumes of forebay.kafkaVolumes. */}}
{{- define "forebay.kafkaSecurity" -}}
{{- $small := .Values.evaluation.enabled -}}
{{- with .Values.servers.kafka }}
{{- if and $small (or .tls.enabled .sasl.mechanism) }}
{{- fail "servers.kafka.tls, servers.kafka.sasl: the small server of evaluation.enabled has neither; take them out, or name brokers of your own and set evaluation.enabled=false" }}
{{- end }}
{{- if and (not .tls.enabled) (or .tls.caSecretName .tls.certSecretName) }}
{{- fail "servers.kafka.tls: a secret is named, but enabled is false: set servers.kafka.tls.enabled=true, or take the secret out" }}
{{- end }}
{{- if ne (empty .sasl.mechanism) (empty .sasl.existingSecret.name) }}
{{- fail "servers.kafka.sasl: mechanism and existingSecret.name are to be set both, or neither" }}
{{- end }}
{{- if .tls.enabled }}
- { name: FOREBAY_KAFKA_TLS, value: "true" }
{{- if .tls.caSecretName }}
- { name: FOREBAY_KAFKA_CA_FILE, value: /etc/forebay/kafka-ca/ca.crt }
{{- end }}
{{- if .tls.certSecretName }}
- { name: FOREBAY_KAFKA_CERT_FILE, value: /etc/forebay/kafka-cert/tls.crt }
- { name: FOREBAY_KAFKA_KEY_FILE, value: /etc/forebay/kafka-cert/tls.key }
{{- end }}
{{- end }}
{{- if .sasl.mechanism }}
- { name: FOREBAY_KAFKA_SASL_MECHANISM, value: {{ .sasl.mechanism }} }
{{- with .sasl.existingSecret }}
- name: FOREBAY_KAFKA_USER
  valueFrom: { secretKeyRef: { name: {{ .name | quote }}, key: {{ .userKey | quote }} } }
- name: FOREBAY_KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .name | quote }}, key: {{ .passwordKey | quote }} } }
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "forebay.kafkaMounts" -}}
{{- with .Values.servers.kafka.tls }}
{{- if .caSecretName }}
- { name: kafka-ca, mountPath: /etc/forebay/kafka-ca, readOnly: true }
{{- end }}
{{- if .certSecretName }}
- { name: kafka-cert, mountPath: /etc/forebay/kafka-cert, readOnly: true }
{{- end }}
{{- end }}
{{- end }}

{{- define "forebay.kafkaVolumes" -}}
{{- with .Values.servers.kafka.tls }}
{{- with .caSecretName }}
- { name: kafka-ca, secret: { secretName: {{ . | quote }}, items: [{ key: ca.crt, path: ca.crt }] } }
{{- end }}
{{- with .certSecretName }}
- { name: kafka-cert, secret: { secretName: {{ . | quote }} } }
{{- end }}
{{- end }}
{{- end }}

{{/* Where is told what was read and written. */}}
{{- define "forebay.lineage" -}}
{{- with .Values.lineage }}
{{- if .url }}
- { name: FOREBAY_LINEAGE_URL, value: {{ .url | quote }} }
- { name: FOREBAY_LINEAGE_NAMESPACE, value: {{ .namespace | quote }} }
{{- if .existingSecret.name }}
- name: FOREBAY_LINEAGE_TOKEN
  valueFrom: { secretKeyRef: { name: {{ .existingSecret.name | quote }}, key: {{ .existingSecret.key | quote }} } }
{{- end }}
{{- else if .existingSecret.name }}
{{- fail "lineage: a secret is named, but no url: set lineage.url, or take the secret out" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Settings by name. Numbers of values files are floating-point: as JSON they are written out, not as 6.7e+07. */}}
{{- define "forebay.namedSettings" -}}
{{- range $name, $value := . }}
{{- if regexMatch "^FOREBAY_((QUEUE_)?REDIS_URL|KAFKA_[A-Z_]+|LINEAGE_[A-Z]+|CLICKHOUSE_(URL|DATABASE|CLUSTER)|METRICS_(HOST|PORT)|OTLP_(ENDPOINT|SIGNALS)|SHUTDOWN_GRACE|SERVING_(HOST|PORT|TRANSPORT|TLS_[A-Z_]+|AUTHENTICATION|ACCESS_FILE|FEAST_HTTP_PORT|DRAIN_DELAY|DRAIN_DEADLINE|PUSH_KAFKA_BROKERS|LOG_CLICKHOUSE_URL))$" $name }}
{{- fail (printf "settings: %s is made from a value of the chart's own (servers, lineage, monitoring.otlpEndpoint and .otlpSignals, terminationGracePeriodSeconds, serving.tls, .access, .feastHttp, .push, .servedLog, .drain…): set that" $name) }}
{{- end }}
- { name: {{ $name }}, value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }} }
{{- end }}
{{- end }}

{{/* The environment of a service: (dict "root" $ "values" .Values.serving). What the service has no use for is left out by it. */}}
{{- define "forebay.settings" -}}
{{- include "forebay.namedSettings" (merge (dict) .values.settings .root.Values.settings) -}}
{{- with .root.Values.monitoring.otlpEndpoint }}
- { name: FOREBAY_OTLP_ENDPOINT, value: {{ . | quote }} }
- { name: FOREBAY_OTLP_SIGNALS, value: {{ join "," $.root.Values.monitoring.otlpSignals | quote }} }
{{- end }}
- { name: FOREBAY_METRICS_HOST, value: "0.0.0.0" }
- { name: FOREBAY_METRICS_PORT, value: "9464" }
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Fields of a pod that are the same for all: (dict "root" $ "values" .Values.serving "component" "serving"). */}}
{{- define "forebay.podFields" -}}
serviceAccountName: {{ default (include "forebay.serviceAccountName" .root) .values.serviceAccountName }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "forebay.podSecurity" .root | nindent 2 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- if .values.topologySpread }}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "forebay.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* An autoscaler's bounds: (dict "of" .autoscaling "what" "serving"). */}}
{{- define "forebay.checkReplicas" -}}
{{- if gt (int .of.minReplicas) (int .of.maxReplicas) }}
{{- fail (printf "%s.autoscaling: minReplicas (%d) is more than maxReplicas (%d)" .what (int .of.minReplicas) (int .of.maxReplicas)) }}
{{- end }}
{{- end }}

{{- define "forebay.httpProbes" -}}
# Started is who answers: a service that waits for definitions, or for a server that is away, is not to be ended for it.
startupProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: { path: /readyz, port: metrics }
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{/* Serving reads Redis; Kafka and ClickHouse only where pushed events, or the log of served vectors, are asked for. */}}
{{- define "forebay.addressesOfServing" -}}
{{- $name := include "forebay.fullname" . -}}
{{- $small := .Values.evaluation.enabled -}}
{{- $serving := .Values.serving -}}
{{- with .Values.servers }}
{{- include "forebay.address" (dict "env" "FOREBAY_REDIS_URL" "server" .redis "enabled" $small "evaluation" (printf "redis://%s-redis:6379" $name) "what" "redis.url") }}
{{- if $serving.push.enabled }}
{{- include "forebay.address" (dict "env" "FOREBAY_SERVING_PUSH_KAFKA_BROKERS" "server" .kafka "enabled" $small "evaluation" (printf "%s-kafka:9092" $name) "what" "kafka.brokers") }}
{{- end }}
{{- if $serving.servedLog.enabled }}
{{- include "forebay.address" (dict "env" "FOREBAY_SERVING_LOG_CLICKHOUSE_URL" "server" .clickhouse "enabled" $small "evaluation" (printf "http://%s-clickhouse:8123" $name) "what" "clickhouse.url") }}
{{- end }}
- { name: FOREBAY_CLICKHOUSE_DATABASE, value: {{ .clickhouse.database | quote }} }
{{- if .clickhouse.cluster }}
- { name: FOREBAY_CLICKHOUSE_CLUSTER, value: {{ .clickhouse.cluster | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "forebay.addressesOf.batch" -}}
{{ include "forebay.addresses" . }}
{{- end }}

{{- define "forebay.addressesOf.stream" -}}
{{- $name := include "forebay.fullname" . -}}
{{- $small := .Values.evaluation.enabled -}}
{{- with .Values.servers }}
{{- include "forebay.address" (dict "env" "FOREBAY_REDIS_URL" "server" .redis "enabled" $small "evaluation" (printf "redis://%s-redis:6379" $name) "what" "redis.url") }}
{{- include "forebay.address" (dict "env" "FOREBAY_KAFKA_BROKERS" "server" .kafka "enabled" $small "evaluation" (printf "%s-kafka:9092" $name) "what" "kafka.brokers") }}
{{- include "forebay.address" (dict "env" "FOREBAY_CLICKHOUSE_URL" "server" .clickhouse "enabled" $small "evaluation" (printf "http://%s-clickhouse:8123" $name) "what" "clickhouse.url") }}
- { name: FOREBAY_CLICKHOUSE_DATABASE, value: {{ .clickhouse.database | quote }} }
{{- if .clickhouse.cluster }}
- { name: FOREBAY_CLICKHOUSE_CLUSTER, value: {{ .clickhouse.cluster | quote }} }
{{- end }}
{{- end }}
{{- end }}
