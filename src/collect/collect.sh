#!/bin/sh
# Collects the evidence that `coldtrail check` reads, from AWS, read-only.
#
# It makes these calls and no others:
#   sts get-caller-identity        once an account
#   organizations list-accounts    once an account, until one answers; it holds
#                                  the names and e-mail addresses of accounts
#   ec2 describe-regions           once an account, unless --region is given
#   cloudtrail describe-trails     in every enabled region
#   cloudtrail get-trail-status    for every trail, by ARN, in its home region
#   logs describe-log-groups       for the log groups that trails name
#   sts assume-role                once an account, only with --role
# It changes nothing in AWS, and reads no log event and no object in S3. Without
# --region and AWS_REGION it asks `aws configure` for the first region to use.
#
# It needs the AWS CLI (version 1 or 2), a POSIX shell, tar, gzip and one of
# sha256sum, shasum and openssl. Credentials are the AWS CLI's own; they are
# never written to the bundle.
#
# Written by coldtrail @VERSION@.

set -u
set -f
umask 077

LC_ALL=C
TZ=UTC
AWS_PAGER=''
AWS_CLI_AUTO_PROMPT=off
# The newest AWS CLI can print errors as JSON, YAML or a table. The way it always
# printed them is what every reader knows.
AWS_CLI_ERROR_FORMAT=legacy
export LC_ALL TZ AWS_PAGER AWS_CLI_AUTO_PROMPT AWS_CLI_ERROR_FORMAT

usage() {
    cat <<'USAGE'
usage: sh collect.sh [options]

  --profile NAME       collect with this AWS CLI profile; may be repeated
  --role NAME          collect from other accounts through this IAM role
  --account ID         an account to assume the role in; may be repeated
  --accounts-file FILE accounts to assume the role in, one ID a line
  --region NAME        ask only this region; may be repeated. Without it every
                       region that is enabled for the account is asked
  --output DIR         the folder to write, which must not exist yet
                       (default: coldtrail-<time in UTC>)
  --help               show this

Without --profile and --role it collects from the account of the current
credentials. It writes DIR and DIR.tar.gz; give the tarball to the auditor. What
was asked for and could not be entered is named in DIR/manifest.json.
Exit status: 0 every call succeeded; 1 some failed, and their errors are in the
bundle; 2 nothing was collected: no account said which trails it has. The errors,
if there are any, are then in DIR, and there is no tarball.
USAGE
}

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "collect.sh: $*"
    exit 2
}

now() {
    date -u +%Y-%m-%dT%H:%M:%SZ
}

# The SHA-256 of a file, in hexadecimal.
sha256() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    else
        openssl dgst -sha256 -r <"$1"
    fi | cut -c1-64
}

# A text as a JSON string.
json() {
    printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# A text as a JSON string, or null for an empty one.
json_or_null() {
    if [ -z "$1" ]; then
        printf 'null'
    else
        json "$1"
    fi
}

# The lines of a file as a JSON array of strings.
json_array() {
    array=''
    while IFS= read -r array_line; do
        array="$array${array:+, }$(json "$array_line")"
    done <"$1"
    printf '[%s]' "$array"
}

# A text as part of a file name.
safe() {
    printf '%s' "$1" | tr -c 'A-Za-z0-9._-' '_' | cut -c1-120
}

# Lines of JSON with a comma after each but the last.
comma_separated() {
    if [ -f "$1" ]; then
        sed '$!s/$/,/' "$1"
    fi
}

# Notes in $work/requested all that is asked for, before anything is tried: a key,
# how to get there, and what became of it. The last stays as it is here unless
# the request is entered.
note_requests() {
    asked='"regions": null'
    if [ -n "$regions" ]; then
        printf '%s' "$regions" >"$work/regions"
        asked="\"regions\": $(json_array "$work/regions")"
    fi
    asked="\"entered\": false, $asked, \"all_enabled_regions\": false"
    number=0
    while IFS= read -r profile; do
        number=$((number + 1))
        basis=credentials
        [ -z "$profile" ] || basis=profile
        [ -z "$role" ] || basis=role
        by="\"basis\": \"$basis\", \"profile\": $(json_or_null "$profile"), \"role\": $(json_or_null "$role")"
        if [ -z "$role" ]; then
            printf '%s.\t%s\t"account": null, %s\n' "$number" "$by" "$asked"
            continue
        fi
        for account in $accounts; do
            printf '%s.%s\t%s\t"account": "%s", %s\n' "$number" "$account" "$by" "$account" "$asked"
        done
    done <"$work/profiles" >"$work/requested"
    account=''
}

# Notes that the request in hand led into the account: entered REGIONS
entered() {
    printf '"account": %s, "entered": true, %s\n' "$(json "$account")" "$1" >"$work/entered.$request"
}

# What was asked for, and whether it was entered, as lines of JSON.
requests() {
    while IFS=$tab read -r request by became; do
        if [ -f "$work/entered.$request" ]; then
            IFS= read -r became <"$work/entered.$request"
        fi
        printf '    {%s, %s}\n' "$by" "$became"
    done <"$work/requested"
}

# write_manifest COMPLETE
write_manifest() {
    requests >"$work/requests"
    {
        printf '{\n  "schema": "urn:coldtrail:schema:manifest:1.1",\n'
        printf '  "tool": {"name": "coldtrail", "version": "@VERSION@"},\n'
        printf '  "aws_cli": %s,\n' "$(json "$aws_version")"
        printf '  "started_at": "%s",\n  "finished_at": "%s",\n' "$started" "$(now)"
        printf '  "complete": %s,\n' "$1"
        printf '  "requested": [\n'
        comma_separated "$work/requests"
        printf '  ],\n  "organizations": [\n'
        comma_separated "$work/organizations"
        printf '  ],\n  "accounts": [\n'
        comma_separated "$work/accounts"
        printf '  ],\n  "files": [\n'
        comma_separated "$work/files"
        printf '  ]\n}\n'
    } >"$out/manifest.json"
}

# Names a file of the last call in the manifest: record FILE STREAM. The call
# is in $call_*; its time is when it ended, so that an age is never too small.
record() {
    {
        printf '    {"file": %s, "stream": "%s", "command": [%s], ' "$(json "$1")" "$2" "$call_command"
        printf '"account": %s, "region": %s, "trail": %s, ' \
            "$(json_or_null "$account")" "$(json_or_null "$call_region")" "$(json_or_null "$call_trail")"
        printf '"exit_status": %s, "collected_at": "%s", ' "$call_status" "$call_ended"
        printf '"sha256": "%s", "bytes": %s}\n' "$(sha256 "$out/$1")" "$(wc -c <"$out/$1" | tr -d ' ')"
    } >>"$work/files"
}

# A name under $out that no file has yet, on a file system that may take `A` for
# `a` too: unused NAME
unused() {
    unused_name=$1
    unused_count=1
    while [ -e "$out/$unused_name.json" ] || [ -e "$out/$unused_name.stderr.txt" ]; do
        unused_count=$((unused_count + 1))
        unused_name=${1}_$unused_count
    done
    printf '%s' "$unused_name"
}

# Runs the AWS CLI: run NAME REGION TRAIL ARGUMENT... Its answer goes to the
# standard output; what it says goes to $out/NAME.stderr.txt, which stays only
# where the call failed.
run() {
    run_errors=$out/$1.stderr.txt
    call_region=$2
    call_trail=$3
    shift 3
    if [ -n "$profile" ]; then
        set -- "$@" --profile "$profile"
    fi
    call_command='"aws"'
    for run_word in "$@"; do
        call_command="$call_command, $(json "$run_word")"
    done
    mkdir -p "${run_errors%/*}"
    aws "$@" 2>"$run_errors" </dev/null
    call_status=$?
    call_ended=$(now)
    if [ "$call_status" -eq 0 ]; then
        cat "$run_errors" >&2
        rm -f "$run_errors"
        return 0
    fi
    return 1
}

# Counts a failed call, and says what it said: count_failure NAME
count_failure() {
    echo "$1" >>"$work/failed"
    say "  failed: $1: $(tr '\n' ' ' <"$out/$1.stderr.txt" | cut -c1-300)"
}

# One call whose answer is evidence: call NAME REGION TRAIL ARGUMENT...
call() {
    call_name=$(unused "$1")
    shift
    mkdir -p "$out/${call_name%/*}"
    run "$call_name" "$@" --output json >"$out/$call_name.json"
    call_result=$?
    [ "$call_result" -eq 0 ] || count_failure "$call_name"
    # A failed call leaves no answer; but one that left no error either has to
    # leave a trace.
    if [ "$call_result" -ne 0 ] && [ ! -s "$out/$call_name.json" ] && [ -s "$out/$call_name.stderr.txt" ]; then
        rm -f "$out/$call_name.json"
    else
        record "$call_name.json" stdout
    fi
    if [ -s "$out/$call_name.stderr.txt" ]; then
        record "$call_name.stderr.txt" stderr
    else
        rm -f "$out/$call_name.stderr.txt"
    fi
    return "$call_result"
}

# One call whose answer is for this script: ask NAME REGION ARGUMENT... The
# answer is text; a failure is evidence as everywhere.
ask() {
    ask_name=$(unused "$1")
    ask_region=$2
    shift 2
    run "$ask_name" "$ask_region" '' "$@" --output text && return 0
    count_failure "$ask_name"
    record "$ask_name.stderr.txt" stderr
    return 1
}

# The accounts of the organization, where these credentials may list them. Most
# may not: that is no failed call of the collection. It leaves no error in the
# bundle, but a word in the manifest. After an answer, or where AWS can't be
# reached for it, the accounts behind the same credentials aren't asked as well.
list_organization() {
    [ ! -f "$work/organization_known" ] || return
    list_name=$(unused "$account/list-accounts")
    mkdir -p "$out/$account"
    if run "$list_name" "$first_region" '' organizations list-accounts --region "$first_region" \
        --output json >"$out/$list_name.json"; then
        record "$list_name.json" stdout
        list_answer=listed
    else
        case $(cat "$out/$list_name.stderr.txt") in
        *AccessDenied*) list_answer=denied ;;
        *AWSOrganizationsNotInUse*) list_answer=not-in-use ;;
        *) list_answer=failed ;;
        esac
        rm -f "$out/$list_name.json" "$out/$list_name.stderr.txt"
        # No folder for an account of which there is nothing else.
        rmdir "$out/$account" 2>/dev/null
    fi
    case $list_answer in
    listed | failed) : >"$work/organization_known" ;;
    esac
    say "  accounts of the organization: $list_answer"
    printf '    {"account": %s, "list_accounts": "%s"}\n' "$(json "$account")" "$list_answer" >>"$work/organizations"
}

# The regions to ask in the account, one a line in $work/regions.
find_regions() {
    all_regions=false
    if [ -n "$regions" ]; then
        printf '%s' "$regions" >"$work/regions"
        return
    fi
    if call "$account/describe-regions" "$first_region" '' ec2 describe-regions --region "$first_region" &&
        ask "$account/describe-regions-names" "$first_region" ec2 describe-regions --region "$first_region" \
            --query 'Regions[].RegionName' >"$work/answer"; then
        tr '\t' '\n' <"$work/answer" | tr -d '\r' | grep '^[a-z0-9-]\{1,\}$' | sort -u >"$work/regions"
        all_regions=true
    else
        say "  the regions of $account are unknown: asking only $first_region"
        printf '%s\n' "$first_region" >"$work/regions"
    fi
}

# The trails and log groups of one region, added to $work/trails.
collect_region() {
    region=$1
    call "$account/$region/describe-trails" "$region" '' cloudtrail describe-trails --region "$region" || return
    : >"$work/answered"
    grep -q '"TrailARN"' "$out/$account/$region/describe-trails.json" || return
    ask "$account/$region/describe-trails-arns" "$region" cloudtrail describe-trails --region "$region" \
        --query 'trailList[].[TrailARN,CloudWatchLogsLogGroupArn]' >>"$work/trails"
}

# The status of one trail, from its home region, which its ARN names.
collect_status() {
    home=$(printf '%s' "$1" | cut -d: -f4)
    case $home in
    '' | *[!a-z0-9-]*) return ;;
    esac
    call "$account/$home/get-trail-status_$(safe "${1##*:trail/}")" "$home" "$1" \
        cloudtrail get-trail-status --region "$home" --name "$1"
}

# What CloudWatch Logs says of one log group, if it is the account's own.
collect_log_group() {
    group_region=$(printf '%s' "$1" | cut -d: -f4)
    group_account=$(printf '%s' "$1" | cut -d: -f5)
    group_name=$(printf '%s' "$1" | cut -d: -f7)
    if [ "$group_account" != "$account" ] || [ -z "$group_name" ]; then
        return
    fi
    case $group_region in
    '' | *[!a-z0-9-]*) return ;;
    esac
    call "$account/$group_region/describe-log-groups_$(safe "$group_name")" "$group_region" '' \
        logs describe-log-groups --region "$group_region" "--log-group-name-prefix=$group_name"
}

# Whose credentials are in force, as account and ARN: who_am_i FOLDER. An error
# goes to the folder, which is theirs alone.
who_am_i() {
    ask "$1/get-caller-identity-text" "$first_region" sts get-caller-identity \
        --region "$first_region" --query '[Account,Arn]' || return
    rmdir "$out/$1" 2>/dev/null || :
}

# Everything of the account whose credentials are in force: collect_account FOLDER
collect_account() {
    rm -f "$work/trails"
    who_am_i "$1" >"$work/answer" || return
    account=$(cut -f1 "$work/answer")
    if [ -f "$work/accounts" ] && grep -q "\"account\": \"$account\"" "$work/accounts"; then
        say "account $account has been collected already"
        entered "$(sed -n "s/^ *{\"account\": \"$account\", \(.*\)}\$/\1/p" "$work/accounts")"
        return
    fi
    # Every partition has its own regions and its own endpoints.
    case $(cut -f2 "$work/answer"):$first_region in
    arn:aws-cn:*:cn-* | arn:aws-us-gov:*:us-gov-*) ;;
    arn:aws-cn:*) first_region=cn-north-1 ;;
    arn:aws-us-gov:*) first_region=us-gov-west-1 ;;
    esac
    say "account $account"
    call "$account/get-caller-identity" "$first_region" '' sts get-caller-identity --region "$first_region"
    list_organization
    find_regions
    asked="\"regions\": $(json_array "$work/regions"), \"all_enabled_regions\": $all_regions"
    printf '    {"account": %s, %s}\n' "$(json "$account")" "$asked" >>"$work/accounts"
    entered "$asked"
    region_count=$(wc -l <"$work/regions" | tr -d ' ')
    region_number=0
    while IFS= read -r region; do
        region_number=$((region_number + 1))
        say "  [$region_number/$region_count] $region"
        collect_region "$region"
    done <"$work/regions"
    [ -s "$work/trails" ] || return
    cut -f1 "$work/trails" | grep '^arn:[^:]*:cloudtrail:[^:]*:[^:]*:trail/' | sort -u >"$work/arns"
    say "  trails: $(wc -l <"$work/arns" | tr -d ' ')"
    while IFS= read -r arn; do
        collect_status "$arn"
    done <"$work/arns"
    cut -f2 "$work/trails" | tr -d '\r' | grep '^arn:[^:]*:logs:' | sort -u >"$work/groups"
    while IFS= read -r arn; do
        collect_log_group "$arn"
    done <"$work/groups"
}

# The account that a role leads to: collect_role PARTITION ACCOUNT. The
# credentials live in a subshell and in nothing else.
# shellcheck disable=SC2030 # the profile is gone in the subshell only
collect_role() (
    account=$2
    credentials=$(
        ask "$account/assume-role" "$first_region" sts assume-role --region "$first_region" \
            --role-arn "arn:$1:iam::$account:role/$role" --role-session-name coldtrail-collect \
            --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'
    ) || exit 0
    AWS_ACCESS_KEY_ID=$(printf '%s' "$credentials" | cut -f1)
    AWS_SECRET_ACCESS_KEY=$(printf '%s' "$credentials" | cut -f2)
    AWS_SESSION_TOKEN=$(printf '%s' "$credentials" | cut -f3 | tr -d '\r')
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    unset AWS_PROFILE AWS_DEFAULT_PROFILE
    profile=''
    collect_account "$account"
)

# The first region to speak to: the environment's, the profile's, or the oldest.
# shellcheck disable=SC2031 # never called in a subshell
set_first_region() {
    first_region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
    if [ -n "$regions" ]; then
        first_region=$(printf '%s' "$regions" | head -n 1)
    elif [ -z "$first_region" ]; then
        if [ -n "$profile" ]; then
            first_region=$(aws configure get region --profile "$profile" 2>/dev/null </dev/null)
        else
            first_region=$(aws configure get region 2>/dev/null </dev/null)
        fi
    fi
    first_region=${first_region:-us-east-1}
}

interrupted() {
    write_manifest false
    rm -rf "$work"
    say "interrupted: $out holds what was collected until now, and its manifest says so"
    exit 130
}

newline='
'
tab=$(printf '\t')
profiles='' profile='' role='' accounts='' accounts_file='' regions='' out='' account=''

while [ $# -gt 0 ]; do
    case $1 in
    --help | -h)
        usage
        exit 0
        ;;
    --profile | --role | --account | --accounts-file | --region | --output)
        [ $# -ge 2 ] || die "\`$1\` needs a value (see --help)"
        case $2 in
        '' | *"$newline"*) die "the value of \`$1\` must be one line that is not empty" ;;
        esac
        ;;
    *) die "unknown option \`$1\` (see --help)" ;;
    esac
    case $1 in
    --profile) profiles=$profiles$2$newline ;;
    --role) role=$2 ;;
    --account) accounts=$accounts$2$newline ;;
    --accounts-file) accounts_file=$2 ;;
    --region)
        case $2 in
        *[!a-z0-9-]*) die "\`$2\` is not a region" ;;
        esac
        regions=$regions$2$newline
        ;;
    --output) out=$2 ;;
    esac
    shift 2
done

if [ -n "$accounts_file" ]; then
    [ -r "$accounts_file" ] || die "cannot read \`$accounts_file\`"
    accounts=$accounts$(tr -d '\r' <"$accounts_file" | sed 's/#.*//; s/[[:space:]]//g; /^$/d')$newline
fi
for account in $accounts; do
    case $account in
    *[!0-9]*) die "\`$account\` is not an account ID of 12 digits" ;;
    ????????????) ;;
    *) die "\`$account\` is not an account ID of 12 digits" ;;
    esac
done
if [ -n "$accounts_file" ] && [ -z "$account" ]; then
    die "\`$accounts_file\` names no account"
fi
account=''
if [ -n "$role" ] && [ -z "$accounts" ]; then
    die "\`--role\` needs \`--account\` or \`--accounts-file\`"
fi
if [ -z "$role" ] && [ -n "$accounts" ]; then
    die "\`--account\` and \`--accounts-file\` need \`--role\`"
fi
case $role in
*[!A-Za-z0-9+=,.@_/-]*) die "\`$role\` is not the name of a role" ;;
esac

for tool in aws tar gzip; do
    command -v "$tool" >/dev/null 2>&1 || die "\`$tool\` is not installed"
done
command -v sha256sum >/dev/null 2>&1 || command -v shasum >/dev/null 2>&1 || command -v openssl >/dev/null 2>&1 ||
    die "none of sha256sum, shasum and openssl is installed"

started=$(now)
aws_version=$(aws --version 2>&1 </dev/null | head -n 1)
out=${out:-coldtrail-$(date -u +%Y%m%dT%H%M%SZ)}
out=${out%/}
case $out in
/* | ./* | ../*) ;;
*) out=./$out ;;
esac
if [ -e "$out.tar.gz" ] || ! mkdir "$out"; then
    die "\`$out\` and \`$out.tar.gz\` must not exist yet, and their folder must be writable"
fi
work=$out/.work
mkdir "$work" || die "cannot write to \`$out\`"
: >"$work/requested"
trap interrupted HUP INT TERM

# Profiles, the role's accounts through each profile, or neither.
printf '%s' "${profiles:-$newline}" >"$work/profiles"
note_requests
number=0
while IFS= read -r profile; do
    number=$((number + 1))
    folder=credentials
    if [ -n "$profile" ]; then
        folder=profile-$number
    fi
    rm -f "$work/organization_known"
    account=''
    set_first_region
    if [ -z "$role" ]; then
        say "${profile:-the current credentials}"
        request=$number.
        collect_account "$folder"
        continue
    fi
    own=$(who_am_i "$folder") || continue
    account=$(printf '%s' "$own" | cut -f1)
    partition=$(printf '%s' "$own" | cut -d: -f2)
    list_organization
    for account in $accounts; do
        say "role $role in $account"
        request=$number.$account
        collect_role "$partition" "$account"
    done
done <"$work/profiles"

failures=0
if [ -f "$work/failed" ]; then
    failures=$(wc -l <"$work/failed" | tr -d ' ')
fi
write_manifest true
answered=yes
[ -f "$work/answered" ] || answered=no
trap - HUP INT TERM
rm -rf "$work"
if [ "$answered" = no ]; then
    say "failed calls: $failures; $out holds their errors, and its manifest what was asked for"
    die "nothing was collected: no account said which trails it has"
fi

(cd "${out%/*}/" && tar -cf "${out##*/}.tar" "${out##*/}" && gzip "${out##*/}.tar") ||
    die "cannot make a tarball of \`$out\`"
say "failed calls: $failures; SHA-256 of the bundle: $(sha256 "$out.tar.gz")"
printf '%s\n' "$out.tar.gz"
[ "$failures" -eq 0 ] || exit 1
