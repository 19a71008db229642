-- Re-integratietrajecten, afgeleid uit voorzieningen zoals CBS een traject opvat: een periode waarin iemand een of meer
-- voorzieningen heeft, gelijktijdig of aansluitend. Wat een dag later begint dan de vorige eindigde, sluit aan: een
-- loonkostensubsidie die voor de indexering eindigt en opnieuw begint, is één traject. Een voorziening zonder einddatum
-- loopt. Van een begindatum waarvan maand of dag onbekend is, telt de eerste dag; van een einddatum de laatste. Gemeente:
-- die van de eerste voorziening; een verhuizing binnen de regio breekt een traject niet.
CREATE VIEW traject_uit_voorzieningen AS
WITH deel AS (
    SELECT id, persoon, gemeente, begindatum || substr('-01-01', length(begindatum) - 3) AS begin,
           CASE length(einddatum) WHEN 10 THEN einddatum
                                  WHEN 7 THEN date(einddatum || '-01', '+1 month', '-1 day')
                                  WHEN 4 THEN einddatum || '-12-31'
                                  ELSE '9999-12-31' END AS eind
    FROM voorziening_nu
), gevolgd AS (
    SELECT *, max(eind) OVER (PARTITION BY persoon ORDER BY begin, eind, id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS tot_dan
    FROM deel
), genummerd AS (
    SELECT *, sum(CASE WHEN tot_dan IS NULL OR julianday(begin) > julianday(tot_dan) + 1 THEN 1 ELSE 0 END)
                  OVER (PARTITION BY persoon ORDER BY begin, eind, id) AS nummer
    FROM gevolgd
)
SELECT persoon, nummer, min(begin) AS begindatum, nullif(max(eind), '9999-12-31') AS einddatum,
       count(*) AS voorzieningen,
       nullif(substr(min(begin || coalesce(gemeente, '')), 11), '') AS gemeente
FROM genummerd
GROUP BY persoon, nummer
