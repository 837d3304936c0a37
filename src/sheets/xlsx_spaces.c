#include "sheets/xlsx_spaces.h"

const struct xml_space xlsx_spaces[XLSX_SPACES] = {
    XML_SPACE("http://schemas.openxmlformats.org/spreadsheetml/2006/main", XLSX_MAIN),
    XML_SPACE("http://purl.oclc.org/ooxml/spreadsheetml/main", XLSX_MAIN),
    XML_SPACE("http://schemas.openxmlformats.org/officeDocument/2006/relationships",
              XLSX_RELATION),
    XML_SPACE("http://purl.oclc.org/ooxml/officeDocument/relationships", XLSX_RELATION),
    XML_SPACE("http://schemas.openxmlformats.org/package/2006/relationships", XLSX_PACKAGE),
};
