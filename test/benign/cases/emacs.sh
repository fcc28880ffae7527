# needs: emacs
# form: long
printf 'alpha\nbeta\n' >list
emacs --batch list --eval '(progn (setq make-backup-files t) (replace-string "beta" "gamma") (save-buffer))'
cat list list~
