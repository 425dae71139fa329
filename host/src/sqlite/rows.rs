//! Converts rows and parameters between SQLite's types and the guests' types.

use rusqlite::{
    Statement, ToSql,
    types::{ToSqlOutput, ValueRef},
};

use super::{Error, RowResult, Value};

/// Returns all rows, or `None` if they exceed a limit.
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

/// Returns the row and its size in bytes.
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
                // Text is nearly always valid UTF-8, which needs only one copy.
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

/// The bytes of a row's values or of parameters.
pub fn size(values: &[Value]) -> usize {
    let data = values.iter().map(|value| match value {
        Value::Text(text) => text.len(),
        Value::Blob(blob) => blob.len(),
        _ => 0,
    });
    size_of_val(values) + data.sum::<usize>()
}

/// The virtual-machine steps of the statement since the last call.
pub fn steps(statement: &Statement<'_>) -> u32 {
    let steps = statement.reset_status(rusqlite::StatementStatus::VmStep);
    u32::try_from(steps).unwrap_or(0)
}

pub fn columns(statement: &Statement<'_>) -> Vec<String> {
    statement.column_names().map(str::to_owned).collect()
}

/// A guest's value as a parameter, borrowed so that it is not copied.
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
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
        return Error::DatabaseFull;
    }
    Error::Io(error.to_string())
}
