#!/bin/sh
#SBATCH --job-name=pacsnm
#SBATCH --array=0-15%4
#SBATCH --requeue
#SBATCH --time=12:00:00
#SBATCH --mem=1G
#SBATCH --output=pacsnm-%A-%a.log

# 16 shares, 4 at a time. Each uses one association.
exec pwsh -NoProfile -NonInteractive -Command "
  Import-Module PacsNm
  Invoke-PacsJob '${ARCHIVE:-./cohort}' -Shard Auto/16 |
    Group-Object Outcome -NoElement
  if (-not \$?) { exit 1 }"
