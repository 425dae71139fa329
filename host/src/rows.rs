//! Rows and parameters between SQLite and the guests' types.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Statement, ToSql};

use crate::bindings::spin::sqlite::sqlite::{Error, RowResult, Value};

/// All rows, or `None` if they are more than the limits.
pub fn collect(
    statement: &mut Statement<'_>,
    parameters: &[Value],
    max_bytes: usize,
    max_rows: usize,
) -> Result<Option<Vec<RowResult>>, Error> {
    let width = statement.column_count();
    let mut rows = query(statement, parameters)?;
    let (mut held, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next().map_err(io)? {
        let (row, size) = convert(row, width)?;
        bytes += size;
        if held.len() >= max_rows || bytes > max_bytes {
            return Ok(None);
        }
        held.push(row);
    }
    Ok(Some(held))
}

pub fn query<'s>(statement: &'s mut Statement<'_>, parameters: &[Value]) -> Result<rusqlite::Rows<'s>, Error> {
    statement.query(rusqlite::params_from_iter(parameters.iter().map(Parameter))).map_err(io)
}

pub fn convert(row: &rusqlite::Row<'_>, width: usize) -> Result<(RowResult, usize), Error> {
    let mut values = Vec::with_capacity(width);
    let mut size = width * size_of::<Value>();
    for index in 0..width {
        values.push(match row.get_ref(index).map_err(io)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(i) => Value::Integer(i),
            ValueRef::Real(r) => Value::Real(r),
            ValueRef::Text(text) => {
                size += text.len();
                // Nearly always UTF-8: then one copy is all it takes.
                Value::Text(
                    String::from_utf8(text.to_vec())
                        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
                )
            }
            ValueRef::Blob(blob) => {
                size += blob.len();
                Value::Blob(blob.to_vec())
            }
        });
    }
    Ok((RowResult { values }, size))
}

/// The virtual-machine steps since the last look.
pub fn steps(statement: &Statement<'_>) -> u32 {
    let steps = statement.reset_status(rusqlite::StatementStatus::VmStep);
    u32::try_from(steps).unwrap_or(0)
}

pub fn columns(statement: &Statement<'_>) -> Vec<String> {
    statement.column_names().map(str::to_owned).collect()
}

/// Borrows a guest's value as a parameter, without a copy.
struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(i) => ValueRef::Integer(*i),
            Value::Real(r) => ValueRef::Real(*r),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}

pub fn io(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}
