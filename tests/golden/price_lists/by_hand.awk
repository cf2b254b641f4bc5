# Works out one customer's network bill of a year from a load file of half-hours, straight from the
# wording of a price list: awk -v list=NTC7000 -v customer=A01 -f by_hand.awk LOADS. Prints $.
#
# NTC7000, NTC7100, NTC8900  Energex, "Residential tariffs and prices" and "Small business tariffs and prices",
#           2017-18, without GST. NTC7000: 3.563 c/kWh, 37.1 c/day, $7.957 per kW and month of the greatest
#           half-hour of work days from 4 pm to 8 pm; work days have no public holidays. NTC7100: the same
#           with 5.686 c/kWh, 43.1 c/day, $8.568, 9 am to 9 pm. NTC8900: peak 16.564 c/kWh on weekdays from
#           4 pm to 8 pm, public holidays included; off-peak 5.955 from 10 pm to 7 am; shoulder 8.659 at all
#           other times; 47.1 c/day. No daylight saving in Queensland.
# Powercor  Powercor residential demand, 2017/18, with GST, as the tariff database of CEEM, UNSW (TN0042, NUOS)
#           has it: 3.938 c/kWh, 37.671 c/day, $11.671 per kW and month from December to March, $3.894 from
#           April to November, of the greatest half-hour from 15:00 to 21:00, local time, on all days.
# kinds of day  published by nobody: 31 c/kWh on work days, 23 on Saturdays, 17 on Sundays, 11 on public
#           holidays in Queensland.
BEGIN {
  FS = ","
  n = split("16/8/17 2/10/17 25/12/17 26/12/17 1/1/18 26/1/18 30/3/18 31/3/18 1/4/18 2/4/18 25/4/18 7/5/18", dates, " ")
  for (i = 1; i <= n; i++) holiday[dates[i]] = 1
}
{ sub(/\r$/, ""); sub(/^\357\273\277/, "") }
NR == 1 {
  for (i = 1; i <= NF; i++) if ($i == customer) column = i
  next
}
# 0 is Sunday.
function weekday(y, m, d) {
  split("0 3 2 5 0 3 5 1 4 6 2 4", offset, " ")
  if (m < 3) y--
  return (y + int(y / 4) - int(y / 100) + int(y / 400) + offset[m] + d) % 7
}
{
  split($1, part, /[\/: ]/)
  d = part[1] + 0; m = part[2] + 0; y = part[3] + 0; hour = part[4] + part[5] / 60
  kwh = $column
  day_of_week = weekday(2000 + y, m, d)
  monday_to_friday = day_of_week >= 1 && day_of_week <= 5
  work_day = monday_to_friday && !((d "/" m "/" y) in holiday)
  if (hour == 0) days++
  if (list == "NTC7000") {
    cents += 3.563 * kwh
    in_window = work_day && hour >= 16 && hour < 20
  } else if (list == "NTC7100") {
    cents += 5.686 * kwh
    in_window = work_day && hour >= 9 && hour < 21
  } else if (list == "kinds of day") {
    cents += kwh * ((d "/" m "/" y) in holiday ? 11 : monday_to_friday ? 31 : day_of_week == 6 ? 23 : 17)
    in_window = 0
  } else if (list == "NTC8900") {
    cents += kwh * (hour < 7 || hour >= 22 ? 5.955 : monday_to_friday && hour >= 16 && hour < 20 ? 16.564 : 8.659)
    in_window = 0
  } else {
    cents += 3.938 * kwh
    # Summer time from 1 October 2017 2:00 to 1 April 2018 2:00 standard time; the series ends in May.
    summer = y == 17 ? m > 10 || (m == 10 && (d > 1 || hour >= 2)) : m < 4 || (m == 4 && d == 1 && hour < 2)
    local = hour + summer
    in_window = local >= 15 && local < 21
  }
  if (in_window && 2 * kwh > peak[y, m]) peak[y, m] = 2 * kwh
}
END {
  daily["NTC7000"] = 37.1; monthly["NTC7000"] = 795.7
  daily["NTC7100"] = 43.1; monthly["NTC7100"] = 856.8
  daily["NTC8900"] = 47.1
  daily["Powercor"] = 37.671
  cents += days * daily[list]
  for (month in peak) {
    split(month, part, SUBSEP)
    summer = part[2] == 12 || part[2] <= 3
    cents += peak[month] * (list != "Powercor" ? monthly[list] : summer ? 1167.1 : 389.4)
  }
  printf "%.2f\n", cents / 100
}
