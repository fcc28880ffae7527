# The service that a guest with a desktop's services was booted for: runs the command, reports.
. /run/guest/steps.sh
. /run/guest/product.sh

exec 3<>"$(port control)"
[ "$GUEST_PRODUCT" = yes ] && trust_publishers
run_command
hand_back
