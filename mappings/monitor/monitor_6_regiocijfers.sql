-- Achtergrond: openbare cijfers over de gemeenten van de regio, zoals de bron ze geeft.
CREATE VIEW monitor_6_regiocijfers AS
SELECT c.tabel AS tabel, c.onderwerp AS onderwerp, c.gemeente AS gemeente, c.jaar AS jaar, c.periode AS periode,
       c.waarde AS waarde, c.soort AS soort
FROM regiocijfer_nu c
