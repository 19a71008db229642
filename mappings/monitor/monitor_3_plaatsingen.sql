-- Plaatsingen: inwoners die vanuit een project aan het werk gingen, in het kwartaal van de eerste werkdag.
CREATE VIEW monitor_3_plaatsingen AS
SELECT p.code AS project, p.naam AS projectnaam, p.categorie AS categorie, coalesce(w.gemeente, i.gemeente) AS gemeente,
       substr(w.begindatum, 1, 4) || '-K' || ((CAST(substr(w.begindatum, 6, 2) AS INTEGER) + 2) / 3) AS kwartaal,
       coalesce(w.soort, 'onbekend') AS soort, count(*) AS geplaatst
FROM plaatsing_nu w
JOIN project_nu p ON p.id = w.project
LEFT JOIN persoon_nu i ON i.id = w.persoon
WHERE length(w.begindatum) >= 7
GROUP BY 1, 2, 3, 4, 5, 6
